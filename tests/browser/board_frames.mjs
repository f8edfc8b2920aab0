// Measures how the link board draws many nodes: frame times while panning and zooming, and the layouts' time.
//
//   node board_frames.mjs --program PATH [--chromium PATH] [--nodes 5000,20000] [--out FILE]
//
// The page and its scripts are those of a freshly started demonstration; only the answer of the board's address is
// replaced by a made graph of the asked size, since no case of the demonstration is that big. Prints one JSON line for each size, and
// appends them to FILE where one is named.

import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { launch, Test } from "./harness/browser.mjs";
import { start } from "./harness/desk.mjs";

const { values: options } = parseArgs({
  options: {
    program: { type: "string" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    nodes: { type: "string", default: "5000,20000" },
    out: { type: "string", default: "" },
  },
});
const sizes = options.nodes.split(",").map(Number);
let many = 0;

// A made graph: each node is tied to one of the fifty before it or to one of twenty hubs; every ninth tie is a proposal.
function made() {
  const id = (at) => `0${String(at).padStart(25, "0")}`;
  const nodes = Array.from({ length: many }, (_, at) => ({
    id: id(at), record: id(at), caption: `Company number ${at}`, schema: "Company", kind: "Company",
    person: at % 4 === 0, members: [{ record: id(at), dataset: "none" }], expanded: at < 20, ...(at < 5 && { role: "other" }),
  }));
  const edges = [];
  for (let at = 1; at < many; at += 1) {
    const ends = [Math.max(0, at - 1 - ((at * 7919) % 50)), ...(at % 5 < 3 ? [(at * 104_729) % 20] : [])];
    for (const to of ends) {
      if (to === at) continue;
      edges.push({
        id: `e${edges.length}`, from: id(at), to: id(to), kind: "Ownership", label: "Ownership", start: `${1980 + (at % 40)}`,
        certainty: edges.length % 9 ? "asserted" : "proposed", record: id(at), share: at % 100, statements: [],
      });
    }
  }
  return { nodes, edges, counts: [], more: false, persons_left_out: false };
}

async function enter(test, page) {
  await page.goto(`${test.url}/cases`);
  const cases = await page.locator("a[href^='/cases/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const home = cases.find((href) => /^\/cases\/\w{26}$/.test(href));
  const token = await page.locator("input[name=csrf]").first().inputValue();
  const send = (method, address, data) => page.request.fetch(`${test.url}/api${home}${address}`, { method, data, headers: { "x-csrf": token } });
  await send("PUT", "/reason", { line: "ownership", settles: "how fast the board draws" });
  const found = await (await send("POST", "/search", { text: "Shipping" })).json();
  await send("POST", "/subjects", { record: found.things.hits[0].record });
  return home;
}

function figures(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1));
  return { frames: sorted.length, p50: at(0.5), p95: at(0.95), worst: at(1) };
}

const desk = await start(options.program);
const browser = await launch(options.chromium);
async function measure() {
  const test = new Test("board_frames", browser, desk, "");
  const page = await test.signIn("investigator");
  const home = await enter(test, page);
  const graph = made();
  await page.route("**/api/cases/*/board*", (route) => route.fulfill({ json: graph }));
  const begun = performance.now();
  await page.goto(`${test.url}${home}/board`);
  await page.waitForSelector("[data-board][data-ready]", { timeout: 60_000 });
  const ready = Math.round(performance.now() - begun);
  const arranged = () => page.waitForFunction(() => !("arranging" in document.querySelector("[data-board]").dataset), undefined, { timeout: 120_000 });
  await arranged();
  const layouts = { first: Math.round(performance.now() - begun) - ready };
  for (const kind of ["tree", "circle", "date", "force"]) {
    const from = performance.now();
    await page.evaluate((word) => document.querySelector("[data-board]").board.arrange(word), kind);
    await arranged();
    layouts[kind] = Math.round(performance.now() - from);
  }
  // Every frame: how long from one to the next while the view moves, and how long our own drawing took of it.
  const run = (move) => page.evaluate(async (how) => {
    const { picture } = document.querySelector("[data-board]").board;
    picture.fit();
    await new Promise((done) => setTimeout(done, 1000));
    picture.frames.length = 0;
    const gaps = [];
    let last = 0;
    await new Promise((done) => {
      const step = (now) => {
        if (last) gaps.push(now - last);
        last = now;
        if (gaps.length >= 120) return done();
        if (how === "pan") picture.x += (gaps.length % 40 < 20 ? 8 : -8) / picture.k; else picture.k *= gaps.length % 80 < 40 ? 1.05 : 1 / 1.05;
        picture.draw();
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
    return { gaps, paint: picture.frames.slice() };
  }, move);
  const result = { nodes: graph.nodes.length, edges: graph.edges.length, ready_ms: ready, layouts_ms: layouts };
  for (const move of ["pan", "zoom"]) {
    const { gaps, paint } = await run(move);
    result[move] = { between_frames_ms: figures(gaps), drawing_ms: figures(paint) };
  }
  const line = JSON.stringify(result);
  console.log(line);
  if (options.out) appendFileSync(options.out, `${line}\n`);
  test.checkPages();
  await test.close();
}

try {
  for (many of sizes) await measure();
} finally {
  await browser.close();
  await desk.stop();
}
