// What stands on the board: nodes, edges, steps, what was done to them, and how to take it back.
import { gathered } from "./board-gather.js";

export const TODAY = new Date().toISOString().slice(0, 10);

export class State {
  constructor() {
    this.nodes = new Map(); this.edges = new Map(); this.counts = new Map(); this.steps = [];
    this.shown = { nodes: [], edges: [] }; this.listed = this.shown;
    this.gathers = false; this.loose = new Set(); this.groups = new Map();
    this.filter = { relation: "", dataset: "", certainty: "", so_on: "" };
    this.layout = "force"; this.chosen = null; this.way = new Set();
    this.done = []; this.undone = []; this.told = () => {};
  }

  // Takes an answer in; gives what was new.
  merge(answer, kept = {}) {
    const fresh = { nodes: [], edges: [] };
    for (const node of answer.nodes) {
      const there = this.nodes.get(node.id);
      if (there) { there.expanded ||= node.expanded; continue; }
      const had = kept[node.id] ?? {};
      this.nodes.set(node.id, { ...node, x: had.x ?? NaN, y: had.y ?? NaN, pinned: !!had.pinned, hidden: !!had.hidden, colour: had.colour ?? 0, note: had.note ?? "" });
      fresh.nodes.push(node.id);
    }
    for (const edge of answer.edges) {
      if (this.edges.has(edge.id)) continue;
      this.edges.set(edge.id, { ...edge, a: this.nodes.get(edge.from), b: this.nodes.get(edge.to) });
      fresh.edges.push(edge.id);
    }
    for (const counted of answer.counts) this.counts.set(counted.id, counted);
    return fresh;
  }

  // Does something that can be undone.
  act(redo, undo, words) {
    redo();
    this.done.push({ redo, undo, words });
    this.undone = [];
    this.changed(words);
  }
  undo() { this.step(this.done, this.undone, "undo", "Undone: "); }
  redo() { this.step(this.undone, this.done, "redo", "Done again: "); }
  step(from, to, way, words) {
    const last = from.pop();
    if (!last) return;
    last[way]();
    to.push(last);
    this.changed(words + last.words);
  }
  set(node, field, value, words) {
    const before = node[field];
    if (before !== value) this.act(() => { node[field] = value; }, () => { node[field] = before; }, words);
  }
  changed(words) { this.sift(); this.told(words); }

  // Steps, and what they brought, come and go together.
  stepped(step, answer) {
    const nodes = new Map(), edges = new Map();
    const root = [...this.nodes.values()].find((node) => node.members.some((one) => one.record === step.split(":")[0]));
    const was = root?.expanded;
    const redo = () => {
      const fresh = this.merge(answer);
      for (const [id, node] of nodes) this.nodes.set(id, node);
      for (const id of fresh.nodes) nodes.set(id, this.nodes.get(id));
      for (const id of fresh.edges) { const edge = this.edges.get(id); edge.a = this.nodes.get(edge.from); edge.b = this.nodes.get(edge.to); edges.set(id, edge); }
      if (root) for (const node of nodes.values()) if (Number.isNaN(node.x)) beside(node, root, nodes.size);
      if (!this.steps.includes(step)) this.steps.push(step);
    };
    const undo = () => {
      for (const id of nodes.keys()) this.nodes.delete(id);
      for (const id of edges.keys()) this.edges.delete(id);
      if (root) root.expanded = was;
      if (this.chosen && !this.nodes.has(this.chosen.id) && !this.edges.has(this.chosen.id)) this.chosen = null;
      this.steps = this.steps.filter((one) => one !== step);
    };
    this.act(redo, undo, "a step along links");
    return { nodes: [...nodes.keys()], edges: [...edges.keys()] };
  }

  // What the filters leave, as lists that are drawn.
  sift() {
    const { relation, dataset, certainty, so_on: day } = this.filter;
    const asked = relation || dataset || certainty || day;
    const tied = new Set();
    const edges = [];
    for (const edge of this.edges.values()) {
      edge.sure = edge.certainty === "proposed" ? "proposed" : edge.end && `${edge.end}~` < (day || TODAY) ? "ended" : "asserted";
      const so = !day || ((!edge.start || edge.start <= day) && (!edge.end || `${edge.end}~` >= day));
      if (edge.a.hidden || edge.b.hidden || !so || (relation && edge.kind !== relation) || (dataset && edge.dataset !== dataset) || (certainty && edge.sure !== certainty)) continue;
      edges.push(edge);
      tied.add(edge.a).add(edge.b);
    }
    const nodes = [...this.nodes.values()].filter((node) => !node.hidden && (!asked || node.role || node.expanded || tied.has(node)));
    this.listed = { nodes, edges };
    this.shown = this.gathers ? gathered(this, nodes, edges) : this.listed;
  }

  // Draws what was gathered one by one again, and back.
  loosen(group) {
    this.act(() => this.loose.add(group.id), () => this.loose.delete(group.id), `${group.gathered.length} drawn one by one`);
    for (const node of group.gathered) if (!Number.isFinite(node.x)) beside(node, group, group.gathered.length);
  }

  // The shortest way between two nodes over what is shown, in either direction.
  path(from, to) {
    const beside = new Map();
    for (const edge of this.listed.edges) for (const [one, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
      if (!beside.has(one)) beside.set(one, []);
      beside.get(one).push([other, edge]);
    }
    const came = new Map([[from, null]]), waiting = [from];
    while (waiting.length && !came.has(to)) for (const [next, edge] of beside.get(waiting.shift()) ?? []) if (!came.has(next)) { came.set(next, edge); waiting.push(next); }
    if (!came.has(to)) return null;
    const way = [];
    for (let at = to; at !== from;) { const edge = came.get(at); way.unshift(edge); at = edge.from === at ? edge.to : edge.from; }
    return way;
  }

  // What a view keeps: steps, places and remarks by id, no names.
  kept(knownOn) {
    const nodes = {};
    for (const node of this.nodes.values()) {
      const one = { x: Math.round(node.x) || 0, y: Math.round(node.y) || 0 };
      for (const field of ["pinned", "hidden", "colour", "note"]) if (node[field]) one[field] = node[field];
      nodes[node.id] = one;
    }
    return { steps: this.steps, known_on: knownOn, ...this.filter, layout: this.layout, nodes };
  }
}

// New nodes stand in a ring around the one they came from.
function beside(node, root, many) {
  const at = (beside.turn = (beside.turn ?? 0) + 1) * 2.39996;
  const far = 60 + 6 * Math.sqrt(many) + (beside.turn % 5) * 12;
  node.x = root.x + far * Math.cos(at);
  node.y = root.y + far * Math.sin(at);
}
