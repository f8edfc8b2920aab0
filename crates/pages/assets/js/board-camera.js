// Where one looks at the board from: size, colours, pan and zoom, and what lies under the pointer.
const HUES = ["h0", "h1", "h2", "h3", "h4", "h5", "h6"];

export class Camera {
  constructor(canvas, state) {
    Object.assign(this, { canvas, state, x: 0, y: 0, k: 1, dirty: false, width: 0, height: 0, frames: [] });
    this.pen = canvas.getContext("2d", { alpha: false });
    new ResizeObserver(() => this.resize()).observe(canvas);
    new MutationObserver(() => this.inks()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.inks());
    this.inks();
    this.resize();
  }
  inks() {
    const style = getComputedStyle(document.documentElement);
    this.ink = (name) => style.getPropertyValue(`--${name}`).trim();
    this.colours = Object.fromEntries(["paper", "surface", "ink", "ink-3", "edge", "rule-2", "accent", "accent-soft", "amber-line", "focus", ...HUES].map((name) => [name, this.ink(name)]));
    this.face = style.getPropertyValue("--sans").trim();
    this.draw();
  }
  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    const dense = Math.min(devicePixelRatio || 1, 2);
    Object.assign(this, { width: clientWidth, height: clientHeight, dense });
    this.canvas.width = clientWidth * dense;
    this.canvas.height = clientHeight * dense;
    this.draw();
  }
  draw() {
    if (this.dirty) return;
    this.dirty = true;
    requestAnimationFrame(() => { this.dirty = false; const begun = performance.now(); this.paint(); this.frames.push(performance.now() - begun); if (this.frames.length > 600) this.frames.shift(); });
  }
  fit() {
    const { nodes } = this.state.shown;
    if (!nodes.length || !this.width) return;
    let [l, r, t, b] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { x, y } of nodes) { if (x < l) l = x; if (x > r) r = x; if (y < t) t = y; if (y > b) b = y; }
    this.k = Math.min(2, (this.width - 80) / (r - l || 1), (this.height - 80) / (b - t || 1));
    this.x = (l + r) / 2; this.y = (t + b) / 2;
    this.draw();
  }
  zoom(by, at = { x: this.width / 2, y: this.height / 2 }) {
    const before = this.world(at);
    this.k = Math.min(8, Math.max(0.02, this.k * by));
    const after = this.world(at);
    this.x += before.x - after.x; this.y += before.y - after.y;
    this.draw();
  }
  world({ x, y }) { return { x: (x - this.width / 2) / this.k + this.x, y: (y - this.height / 2) / this.k + this.y }; }
  bring(node) {
    const [x, y] = [(node.x - this.x) * this.k, (node.y - this.y) * this.k];
    if (Math.abs(x) > this.width / 2 - 40 || Math.abs(y) > this.height / 2 - 40) { this.x = node.x; this.y = node.y; }
    this.draw();
  }
  size(node) { return node.role ? 10 : node.expanded ? 8 : 6; }
  under(point) {
    const { x, y } = this.world(point);
    const near = Math.max(10, 9 / this.k);
    let found = null, least = near * near;
    for (const node of this.state.shown.nodes) { const far = (node.x - x) ** 2 + (node.y - y) ** 2; if (far < least) { least = far; found = node; } }
    if (found) return found;
    least = (6 / this.k) ** 2;
    for (const edge of this.state.shown.edges) {
      const [dx, dy] = [edge.b.x - edge.a.x, edge.b.y - edge.a.y];
      const along = Math.min(1, Math.max(0, ((x - edge.a.x) * dx + (y - edge.a.y) * dy) / (dx * dx + dy * dy || 1)));
      const far = (edge.a.x + along * dx - x) ** 2 + (edge.a.y + along * dy - y) ** 2;
      if (far < least) { least = far; found = edge; }
    }
    return found;
  }
}
