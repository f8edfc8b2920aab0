// Draws the board on its canvas.
import { Bulk } from "./board-bulk.js";
import { Camera } from "./board-camera.js";

const HUES = ["", "h0", "h1", "h2", "h3", "h4", "h5", "h6"];
const MANY = 700; // From here on points are set one by one, and lines carry no words: those would be noise.

export class Picture extends Camera {
  paint() {
    const { pen, k, colours } = this;
    pen.setTransform(this.dense, 0, 0, this.dense, 0, 0);
    pen.fillStyle = colours.surface;
    pen.fillRect(0, 0, this.width, this.height);
    const [w, h] = [this.width / 2, this.height / 2];
    const [sx, sy] = [(x) => (x - this.x) * k + w, (y) => (y - this.y) * k + h];
    const edges = [], nodes = [];
    for (const edge of this.state.shown.edges) {
      const [ax, ay, bx, by] = [sx(edge.a.x), sy(edge.a.y), sx(edge.b.x), sy(edge.b.y)];
      if (Number.isNaN(ax + ay + bx + by) || (ax < 0 && bx < 0) || (ay < 0 && by < 0) || (ax > this.width && bx > this.width) || (ay > this.height && by > this.height)) continue;
      edges.push([edge, ax, ay, bx, by]);
    }
    for (const node of this.state.shown.nodes) {
      const [x, y] = [sx(node.x), sy(node.y)];
      if (x > -20 && y > -20 && x < this.width + 20 && y < this.height + 20) nodes.push([node, x, y]);
    }
    if (edges.length > MANY || nodes.length > MANY) this.crowd(nodes, edges); else { this.lines(edges); this.dots(nodes); }
    this.marks(nodes, edges);
    this.words(nodes, edges);
  }
  fill(node) { return node.colour ? this.colours[HUES[node.colour]] : node.role ? this.colours.accent : this.colours.surface; }
  grow() { return Math.min(1.4, Math.max(0.35, this.k)); }
  crowd(nodes, edges) {
    const { pen, colours, dense } = this;
    this.bulk ??= new Bulk();
    this.bulk.begin(pen, this.canvas.width, this.canvas.height, colours.surface);
    this.bulk.lines(edges, dense, { ended: colours["rule-2"], asserted: colours.edge, proposed: colours.accent });
    this.bulk.dots(nodes, dense, (node) => this.size(node) * this.grow(), (node) => this.fill(node), colours.ink);
    this.bulk.end(pen);
  }
  lines(edges) {
    const { pen, colours } = this;
    const kinds = [["ended", [], colours["rule-2"], 1], ["asserted", [2, 3], colours.edge, 1.4], ["proposed", [7, 5], colours.accent, 1.6]];
    for (const [sure, dash, ink, wide] of kinds) this.strokes(edges.filter(([edge]) => edge.sure === sure), dash, ink, wide);
    if (this.k < 0.5) return;
    pen.fillStyle = colours.edge;
    pen.beginPath();
    for (const [edge, ax, ay, bx, by] of edges) {
      if (edge.sure === "proposed") continue;
      const long = Math.hypot(bx - ax, by - ay) || 1, [ux, uy] = [(bx - ax) / long, (by - ay) / long];
      const back = this.size(edge.b) * Math.min(1.4, Math.max(0.6, this.k)) + 3;
      if (long < back * 2) continue;
      const [x, y] = [bx - ux * back, by - uy * back];
      pen.moveTo(x, y); pen.lineTo(x - ux * 8 - uy * 3.5, y - uy * 8 + ux * 3.5); pen.lineTo(x - ux * 8 + uy * 3.5, y - uy * 8 - ux * 3.5);
    }
    pen.fill();
  }
  strokes(edges, dash, ink, wide) {
    const { pen } = this;
    pen.setLineDash(dash); pen.strokeStyle = ink; pen.lineWidth = wide;
    pen.beginPath();
    for (const [, ax, ay, bx, by] of edges) { pen.moveTo(ax, ay); pen.lineTo(bx, by); }
    pen.stroke();
    pen.setLineDash([]);
  }
  dots(nodes) {
    const { pen, colours } = this;
    pen.lineWidth = 1.4; pen.strokeStyle = colours.ink;
    for (const [node, x, y] of nodes) {
      const r = this.size(node) * this.grow();
      pen.fillStyle = this.fill(node);
      pen.beginPath();
      if (node.person) pen.arc(x, y, r, 0, 7); else pen.rect(x - r, y - r, 2 * r, 2 * r);
      pen.fill(); pen.stroke();
    }
  }
  // What a person did or chose: always smooth, always on top.
  marks(nodes, edges) {
    const { pen, colours, state } = this;
    if (state.way.size) this.strokes(edges.filter(([edge]) => state.way.has(edge.id)), [], colours["amber-line"], 3.5);
    if (state.chosen?.a) this.strokes(edges.filter(([edge]) => edge === state.chosen), [], colours.focus, 3);
    for (const [node, x, y] of nodes) {
      if (node !== state.chosen && node.members.length < 2 && !node.pinned && !node.note) continue;
      const r = this.size(node) * this.grow();
      const ring = (more, ink, wide) => { pen.strokeStyle = ink; pen.lineWidth = wide; pen.beginPath(); pen.arc(x, y, r * 1.2 + more, 0, 7); pen.stroke(); };
      if (node.members.length > 1) ring(4, colours.ink, 1.4);
      if (node === state.chosen) ring(8, colours.focus, 3);
      if (node.pinned && this.k > 0.3) { pen.fillStyle = colours.ink; pen.fillRect(x + r, y - r - 4, 4, 4); }
      if (node.note && this.k > 0.3) { pen.fillStyle = colours["amber-line"]; pen.fillRect(x - r - 4, y - r - 4, 5, 5); }
    }
  }
  words(nodes, edges) {
    const { pen, colours, k, state } = this;
    pen.textAlign = "center";
    const write = (text, x, y) => { pen.strokeStyle = colours.surface; pen.lineWidth = 3; pen.strokeText(text, x, y); pen.fillText(text, x, y); };
    const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
    if (k > 0.9 && edges.length < 150) {
      pen.font = `10px ${this.face}`; pen.fillStyle = colours["ink-3"];
      for (const [edge, ax, ay, bx, by] of edges) if (edge.sure !== "proposed" && Math.hypot(bx - ax, by - ay) > 90) write(edge.share ? `${edge.label} ${edge.share} %` : edge.label, (ax + bx) / 2, (ay + by) / 2 - 4);
    }
    pen.font = `12px ${this.face}`; pen.fillStyle = colours.ink;
    const all = k > 0.55 && nodes.length < 220;
    // A name that would lie on another is left out; what is chosen and the subjects come first.
    const rank = (node) => (node === state.chosen ? 0 : node.role ? 1 : node.expanded ? 2 : 3);
    const named = nodes.filter(([node]) => all || (node.role && nodes.length < 1500) || node === state.chosen).sort(([a], [b]) => rank(a) - rank(b));
    const taken = [];
    for (const [node, x, y] of named) {
      const text = short(node.caption, 34), half = pen.measureText(text).width / 2, below = y + this.size(node) * this.grow() + 15;
      if (taken.some((one) => Math.abs(one.below - below) < 13 && Math.abs(one.x - x) < one.half + half + 4)) continue;
      taken.push({ x, below, half });
      write(text, x, below);
    }
  }
}
