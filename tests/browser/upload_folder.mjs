// Measures a folder of many small files sent from a browser, with browser and server killed on the way.
//
//   node upload_folder.mjs --program PATH [--chromium PATH] [--files 20000] [--bytes 600]
//
// A demonstration is started and left running. Files are made, an upload is begun, and the folder is chosen. At a third of
// the files the server is killed (SIGKILL) and started again, while the browser waits; at two thirds the browser is
// killed and a new one chooses the folder on the same page. Then every file must be an item once. Prints one JSON line;
// memory is the largest resident size of the server's processes.

import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { launch, Test } from "./harness/browser.mjs";
import { start } from "./harness/desk.mjs";

const { values: options } = parseArgs({
  options: {
    program: { type: "string" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    files: { type: "string", default: "20000" },
    bytes: { type: "string", default: "600" },
  },
});
const many = Number(options.files);
const wait = (ms) => new Promise((wake) => setTimeout(wake, ms));

async function resident(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(status.match(/VmHWM:\s+(\d+)/)?.[1] ?? 0) / 1024;
}

class Server {
  constructor(data, port) {
    this.data = data;
    this.port = port;
    this.most = 0;
  }

  async start() {
    this.child = spawn(options.program, ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, PREDICATE_EXTRACT: "/nowhere" } });
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/sign-in`).catch(() => undefined);
      if (answer?.ok) return;
      if (this.child.exitCode !== null) throw new Error(`the server ended with ${this.child.exitCode}`);
      await wait(200);
    }
  }

  async kill(signal) {
    this.most = Math.max(this.most, await resident(this.child.pid));
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill(signal);
    await ended;
  }
}

async function choose(page, folder) {
  await page.locator("#f-folder").setInputFiles(folder, { timeout: 600_000 });
}

async function here(page) {
  const text = await page.locator("[data-so-far]").textContent({ timeout: 600_000 }).catch(() => "");
  return Number(text?.match(/^(\d+) of/)?.[1] ?? 0);
}

const desk = await start(options.program);
const { user, password } = await desk.signIn("investigator");
const folder = await mkdtemp(path.join(os.tmpdir(), "predicate-many-"));
const kept = await mkdtemp(path.join(os.tmpdir(), "predicate-kept-"));
const server = new Server(path.join(kept, "data"), 7893);
try {
  // Held still, so that database and log are of one moment.
  process.kill(desk.pid, "SIGSTOP");
  execFileSync("cp", ["-r", path.join(desk.data, "data"), server.data]);
  process.kill(desk.pid, "SIGCONT");
  await desk.stop();
  const stick = path.join(folder, "stick");
  for (let at = 0; at < many; at += 1) {
    const inner = path.join(stick, String(Math.floor(at / 500)).padStart(3, "0"));
    if (at % 500 === 0) await mkdir(inner, { recursive: true });
    await writeFile(path.join(inner, `f${at}.txt`), `File ${at}. `.padEnd(Number(options.bytes), "berth seven "));
  }
  await server.start();
  const url = `http://127.0.0.1:${server.port}`;
  let browser = await launch(options.chromium);
  let test = new Test("upload", browser, { url, signIn: async () => ({ user, password }) }, os.tmpdir());
  let page = await test.signIn("investigator");
  await page.goto(`${url}/cases`);
  const links = await page.locator("a[href^='/cases/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const home = links.find((href) => /^\/cases\/\w{26}$/.test(href));
  await page.goto(`${url}${home}/uploads`);
  const story = { name: "stick", source: "harbour office", collector: "Jonas", collected: "2026-03-12", place: "Port", tool: "by hand", authority: "warrant 7" };
  for (const [name, value] of Object.entries(story)) await page.locator(`[name=${name}]`).fill(value);
  await page.getByRole("button", { name: "Begin" }).click();
  const address = page.url();
  const began = performance.now();
  await choose(page, stick);
  while ((await here(page)) < many / 3) await wait(200);
  await server.kill("SIGKILL");
  const serverKilled = performance.now() - began;
  await wait(1_500);
  await server.start();
  while ((await here(page)) < (2 * many) / 3) await wait(200);
  await browser.close();
  const browserKilled = performance.now() - began;
  browser = await launch(options.chromium);
  test = new Test("upload", browser, { url, signIn: async () => ({ user, password }) }, os.tmpdir());
  page = await test.signIn("investigator");
  await page.goto(address);
  await choose(page, stick);
  await page.locator("[data-upload][data-finished]").waitFor({ timeout: 1_800_000 });
  const seconds = (performance.now() - began) / 1000;
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  const api = `${url}/api${new URL(address).pathname}?whole=true`;
  const receipt = await (await page.request.get(api)).json();
  const items = (await (await page.request.get(`${url}/api${home}/evidence`)).json()).evidence.filter((item) => item.name.startsWith("stick/"));
  const names = new Set(items.map((item) => item.name));
  await browser.close();
  await server.kill("SIGTERM");
  const told = {
    files: many, bytes_each: Number(options.bytes), seconds: Math.round(seconds), server_killed_at: Math.round(serverKilled / 1000),
    browser_killed_at: Math.round(browserKilled / 1000), taken: receipt.upload.taken, waiting: receipt.upload.waiting,
    failed: receipt.upload.failed, items: items.length, names: names.size, server_mb: Math.round(server.most), script_heap_mb: Math.round(heap / 1048576),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exitCode = told.taken === many && told.items === many && told.names === many && told.waiting === 0 ? 0 : 1;
} finally {
  server.child?.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
  await rm(kept, { recursive: true, force: true });
}
