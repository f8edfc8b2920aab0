// Runs the specs against a freshly started demonstration, one after the other, and writes one JSON line a test.
//
//   node run.mjs --program PATH --results FILE [--chromium PATH] [--only TEXT] [--desk URL]
//
// Every exported function of specs/*.spec.mjs is a test, named by what it shows. With --desk the specs run against
// a demonstration that is already up; its sign-ins are then read from the environment variable SIGN_INS, in the
// lines that the demonstration printed. A test that needs longer than others carries the milliseconds as its
// property `slowest`. Exit code 1 if a test failed, 2 if the command line is wrong.

import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { launch, Skip, Test } from "./harness/browser.mjs";
import { attach, start } from "./harness/desk.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const SLOWEST_TEST = 180_000;

async function specs(only) {
  const names = (await readdir(path.join(here, "specs"))).filter((name) => name.endsWith(".spec.mjs")).sort();
  const tests = [];
  for (const name of names) {
    const module = await import(pathToFileURL(path.join(here, "specs", name)));
    for (const [title, body] of Object.entries(module)) {
      const full = `${name.replace(".spec.mjs", "")}::${title}`;
      if (typeof body === "function" && full.includes(only)) tests.push({ name: full, body });
    }
  }
  return tests;
}

async function one(test, browser, desk) {
  const begun = process.hrtime.bigint();
  const run = new Test(test.name, browser, desk, path.join(root, "artefacts/screens"));
  let state = "passed";
  let reason = "";
  let timer;
  const slowest = test.body.slowest ?? SLOWEST_TEST;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${slowest / 1000} s`)), slowest);
  });
  try {
    await Promise.race([test.body(run), tooLong]);
    run.checkPages();
  } catch (error) {
    state = error instanceof Skip ? "skipped" : "failed";
    reason = String(error.message ?? error);
    if (state === "failed") await run.keepFailure();
  } finally {
    clearTimeout(timer);
    await run.close();
  }
  const seconds = Number((process.hrtime.bigint() - begun) / 1_000_000n) / 1000;
  return { suite: "browser", name: test.name, state, seconds, reason };
}

function all(tests, state, reason) {
  return tests.map(({ name }) => ({ suite: "browser", name, state, seconds: 0, reason }));
}

async function runAll(tests, options) {
  if (!options.chromium) return all(tests, "skipped", "Chromium is not installed");
  let desk;
  try {
    desk = options.desk ? attach(options.desk, process.env.SIGN_INS ?? "") : await start(options.program);
  } catch (error) {
    return all(tests, "failed", `the demonstration did not start: ${error.message}`);
  }
  const results = [];
  let browser;
  try {
    browser = await launch(options.chromium);
    for (const test of tests) {
      const result = await one(test, browser, desk);
      console.error(`${result.state.padEnd(7)} ${result.seconds.toFixed(1).padStart(6)} s  ${result.name}`);
      if (result.reason) console.error(`        ${result.reason.replaceAll("\n", "\n        ")}`);
      results.push(result);
    }
  } finally {
    await browser?.close();
    await desk.stop();
  }
  return results;
}

const { values: options } = parseArgs({
  options: {
    program: { type: "string" },
    results: { type: "string" },
    chromium: { type: "string" },
    only: { type: "string", default: "" },
    desk: { type: "string" },
  },
});
if (!options.results || !(options.program || options.desk)) {
  console.error("run.mjs needs --results FILE and either --program PATH or --desk URL");
  process.exit(2);
}
const results = await runAll(await specs(options.only), options);
await mkdir(path.dirname(options.results), { recursive: true });
await writeFile(options.results, results.map((it) => `${JSON.stringify(it)}\n`).join(""));
const count = (state) => results.filter((it) => it.state === state).length;
console.error(`browser: ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
process.exit(count("failed") > 0 ? 1 : 0);
