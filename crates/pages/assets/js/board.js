// The link board: draws what the tables below hold, and takes further steps. Without it the tables are the board.
import { say } from "./desk.js";
import { hands } from "./board-hands.js";
import { Picture } from "./board-draw.js";
import { Side } from "./board-side.js";
import { State } from "./board-state.js";
import { Table } from "./board-table.js";
import { tools } from "./board-tools.js";

class Board {
  constructor(host) {
    this.host = host;
    this.href = document.body.dataset.case;
    this.canvas = host.querySelector("[data-board-canvas]");
    this.knownOn = host.dataset.knownOn;
    this.state = new State();
    this.picture = new Picture(this.canvas, this.state);
    this.side = new Side(host.querySelector("[data-board-side]"), this);
    this.table = new Table(this);
    this.turn = 0;
    this.state.told = (words) => { this.picture.draw(); this.side.show(); this.table.later(); this.tools?.(); if (words) say(words); };
    this.worker = new Worker(new URL("./board-layout.js", import.meta.url));
    this.worker.addEventListener("message", ({ data }) => this.placed(data));
  }
  typedKnownOn() { return document.querySelector("[data-board-filters] input[name=known_on]")?.value ?? ""; }
  async read(query) {
    const address = new URL(`/api${this.href}/board`, location.href);
    for (const [name, value] of Object.entries({ ...query, known_on: this.knownOn })) if (value) address.searchParams.set(name, value);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.detail ?? body.title ?? `The board answers ${answer.status}`);
    return body;
  }
  async open() {
    const { view, steps } = this.host.dataset;
    let kept = {};
    if (view) {
      const answer = await fetch(`/api${this.href}/board/views`);
      const found = answer.ok ? (await answer.json()).views.find((one) => one.id === view) : null;
      kept = found?.kept.nodes ?? {};
      this.state.layout = found?.kept.layout || "force";
    }
    this.state.merge(await this.read({}), kept);
    for (const step of steps.split(",").filter(Boolean)) {
      const answer = await this.read({ expand: step });
      this.state.merge(answer, kept);
      if (!answer.counts.some((one) => one.stopped)) this.state.steps.push(step);
    }
    this.state.sift();
    tools(this);
    hands(this);
    const placed = [...this.state.nodes.values()].every((node) => Number.isFinite(node.x));
    if (placed) this.picture.fit(); else this.arrange(this.state.layout);
    this.state.told("");
    this.host.dataset.ready = "";
  }
  async expand(step) {
    if (!step) { if (this.state.chosen?.gathered) this.loosen(this.state.chosen); return; }
    try {
      const answer = await this.read({ expand: step });
      const stopped = answer.counts.find((one) => one.stopped);
      if (stopped) {
        this.state.counts.set(stopped.id, stopped);
        say("Too many links to draw at once. Choose which.");
        return this.side.show();
      }
      const fresh = this.state.stepped(step, answer);
      const left = [answer.more && "there are more links than are shown", answer.persons_left_out && "more than 50 persons: the rest is not shown"].filter(Boolean);
      say([`${fresh.nodes.length} new, ${fresh.edges.length} links`, ...left].join("; "));
      if (left.length) this.picture.draw();
    } catch (error) { this.fault(error); }
  }
  loosen(group) {
    this.state.loosen(group);
    this.choose(null);
  }
  async count(node) {
    if (node.gathered) return;
    try {
      const [counted] = (await this.read({ count: node.record })).counts;
      this.state.counts.set(node.id, counted);
      this.side.show();
      say(counted.relations.map((one) => `${one.label}: ${one.count}`).join(", ") || "No source names a link");
    } catch (error) { this.fault(error); }
  }
  fault(error) {
    this.side.words("This step was not taken", [error.message]);
    say(error.message);
  }
  choose(what, focus = false) {
    if (what?.a && (what.a.gathered || what.b.gathered)) return this.choose(what.a.gathered ? what.a : what.b);
    this.state.chosen = what;
    this.side.show(focus);
    if (what?.members) { this.picture.bring(what); say(`${what.caption}, ${what.kind}${what.role ? ", subject" : ""}`); }
    else if (what) say(`${what.a.caption}, ${what.label}, ${what.b.caption}`);
    this.picture.draw();
  }
  hide(node) {
    this.state.set(node, "hidden", true, `${node.caption} hidden`);
    this.choose(null);
  }
  // Asks the worker for places; the newest question alone counts.
  arrange(kind) {
    this.state.layout = kind;
    const { nodes, edges } = this.state.shown;
    const place = new Map(nodes.map((node, at) => [node, at]));
    const first = new Map();
    for (const { a, b, start } of edges) if (start) for (const node of [a, b]) if (!first.has(node) || start < first.get(node)) first.set(node, start);
    const before = nodes.map((node) => [node, node.x, node.y]);
    this.asked = { turn: ++this.turn, nodes, before };
    this.host.dataset.arranging = "";
    this.worker.postMessage({
      turn: this.turn, kind,
      nodes: nodes.map((node) => ({ x: kind === "force" ? node.x : NaN, y: kind === "force" ? node.y : NaN, pinned: node.pinned && Number.isFinite(node.x), root: !!node.role, date: first.get(node) })).map((one, at) => (one.pinned ? { ...one, x: nodes[at].x, y: nodes[at].y } : one)),
      edges: edges.map(({ a, b }) => [place.get(a), place.get(b)]),
    });
  }
  placed({ turn, last, x, y }) {
    if (turn !== this.asked?.turn) return;
    const { nodes, before } = this.asked;
    nodes.forEach((node, at) => { node.x = x[at]; node.y = y[at]; });
    if (last) {
      delete this.host.dataset.arranging;
      const after = nodes.map((node) => [node, node.x, node.y]);
      const put = (places) => () => { for (const [node, left, top] of places) { node.x = left; node.y = top; } };
      if (before.every(([, left]) => Number.isFinite(left))) this.state.act(put(after), put(before), "a layout");
    }
    this.picture.fit();
  }
}

const host = document.querySelector("[data-board]");
if (host) {
  const board = new Board(host);
  host.board = board;
  board.open().catch((error) => board.fault(error));
}
