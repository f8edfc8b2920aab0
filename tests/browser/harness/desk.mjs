// The demonstration as a process: starts it on a free port over an empty folder, reads from its output where the
// desk is and who may sign in, and ends it again.
//
// It prints `desk: http://127.0.0.1:PORT` once it answers, and a line `sign-in: <role> <user> <password>` for each
// role. A role may be several words; user and password are the last two.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { promisify } from "node:util";

const START_TIMEOUT = 300_000;
const SIGN_IN_TIMEOUT = 10_000;

class Desk {
  constructor() {
    this.url = undefined;
    this.signIns = new Map();
    this.program = undefined;
    this.data = undefined;
    this.pid = undefined;
    this.stop = async () => {};
  }

  // Who and what the demonstration's story is about: the world's own file.
  async story() {
    return JSON.parse(await readFile(path.join(this.data, "world/story.json"), "utf8"));
  }

  // Delivers the next release of some source to the running demonstration; gives what the command said.
  async deliverNext() {
    const { stdout } = await promisify(execFile)(this.program, ["demo", "--next", "--data", this.data]);
    return stdout.trim();
  }

  // Takes one line of the demonstration's output; gives true if it was one of ours.
  read(line) {
    const desk = line.match(/^desk: (http:\/\/\S+)$/);
    if (desk) this.url = desk[1].replace(/\/$/, "");
    const signIn = line.match(/^sign-in: (.+) (\S+) (\S+)$/);
    if (signIn) this.signIns.set(signIn[1].toLowerCase(), { user: signIn[2], password: signIn[3] });
    return Boolean(desk || signIn);
  }

  // The sign-in of a role; waits a moment for it, since the lines follow the address.
  async signIn(role) {
    const until = performance.now() + SIGN_IN_TIMEOUT;
    while (!this.signIns.has(role.toLowerCase())) {
      if (performance.now() > until) {
        const known = [...this.signIns.keys()].join(", ") || "none";
        throw new Error(`the demonstration printed no sign-in for \`${role}\` (printed: ${known})`);
      }
      await new Promise((wake) => setTimeout(wake, 50));
    }
    return this.signIns.get(role.toLowerCase());
  }
}

// Every role that may sign in, once the lines have come.
export async function roles(desk) {
  await desk.signIn("investigator");
  let known = -1;
  while (known !== desk.signIns.size) {
    known = desk.signIns.size;
    await new Promise((wake) => setTimeout(wake, 300));
  }
  return [...desk.signIns.keys()];
}

// A demonstration that somebody else started, over the folder DEMO_DATA with the program DEMO_PROGRAM.
export function attach(url, lines) {
  const desk = new Desk();
  desk.program = process.env.DEMO_PROGRAM;
  desk.data = process.env.DEMO_DATA;
  desk.read(`desk: ${url}`);
  for (const line of lines.split("\n")) desk.read(line.trim());
  return desk;
}

// Starts the demonstration and waits until it told its address.
export async function start(program) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "predicate-desk-"));
  const data = path.join(folder, "data");
  const child = spawn(program, ["demo", "--port", "0", "--no-open", "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  const desk = new Desk();
  desk.program = program;
  desk.data = data;
  desk.pid = child.pid;
  const told = [];
  const remember = (line) => {
    told.push(line);
    if (told.length > 40) told.shift();
  };
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  desk.stop = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(killer);
    await rm(folder, { recursive: true, force: true });
  };
  readline.createInterface({ input: child.stderr }).on("line", remember);
  const ready = new Promise((resolve) => {
    readline.createInterface({ input: child.stdout }).on("line", (line) => {
      remember(line);
      desk.read(line);
      if (desk.url) resolve(true);
    });
  });
  let timer;
  const tooLate = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`no address after ${START_TIMEOUT / 1000} s`), START_TIMEOUT);
  });
  const first = await Promise.race([ready, ended, tooLate]);
  clearTimeout(timer);
  if (first !== true) {
    await desk.stop();
    throw new Error([first, ...told].join("\n"));
  }
  return desk;
}
