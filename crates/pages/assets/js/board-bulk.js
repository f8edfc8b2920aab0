// Draws thousands of lines and nodes point by point into one picture: where no graphics card helps, many times faster than
// the canvas's own smooth lines. The patterns stay: dotted asserted, dashed proposed, plain ended.

// A colour `#rrggbb` as the canvas holds it in memory.
const word = (hex) => { const n = parseInt(hex.slice(1), 16); return (255 << 24) | ((n & 255) << 16) | (n & 0xff00) | (n >> 16); };

export class Bulk {
  constructor() { this.image = null; this.points = null; }
  begin(pen, width, height, paper) {
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = pen.createImageData(width, height);
      this.points = new Uint32Array(this.image.data.buffer);
    }
    this.points.fill(word(paper));
  }
  end(pen) { pen.putImageData(this.image, 0, 0); }

  // A line of points, cut to the picture first. `on` of every `of` points are set.
  line(ax, ay, bx, by, ink, on, of) {
    const { width, height } = this.image;
    let from = 0, to = 1;
    const dx = bx - ax, dy = by - ay;
    for (const [p, q] of [[-dx, ax], [dx, width - 1 - ax], [-dy, ay], [dy, height - 1 - ay]]) {
      if (p === 0) { if (q < 0) return; continue; }
      const at = q / p;
      if (p < 0) { if (at > from) from = at; } else if (at < to) to = at;
    }
    if (from > to) return;
    let x = Math.round(ax + from * dx), y = Math.round(ay + from * dy);
    const right = Math.round(ax + to * dx), down = Math.round(ay + to * dy);
    const [wide, high] = [Math.abs(right - x), Math.abs(down - y)];
    const [sx, sy] = [x < right ? 1 : -1, y < down ? 1 : -1];
    let off = wide - high, count = 0;
    const { points } = this;
    for (;;) {
      if (count % of < on) points[y * width + x] = ink;
      count += 1;
      if (x === right && y === down) return;
      const twice = 2 * off;
      if (twice > -high) { off -= high; x += sx; }
      if (twice < wide) { off += wide; y += sy; }
    }
  }
  lines(edges, dense, inks) {
    const kinds = { ended: [word(inks.ended), 1, 1], asserted: [word(inks.asserted), 2, 4], proposed: [word(inks.proposed), 6, 10] };
    for (const sure of ["ended", "asserted", "proposed"]) {
      const [ink, on, of] = kinds[sure];
      for (const [edge, ax, ay, bx, by] of edges) if (edge.sure === sure) this.line(ax * dense, ay * dense, bx * dense, by * dense, ink, on * dense, of * dense);
    }
  }
  // A filled disc or square with a rim.
  dot(x, y, r, round, fill, rim) {
    const { width, height } = this.image;
    const { points } = this;
    const [left, right] = [Math.max(0, Math.ceil(x - r)), Math.min(width - 1, Math.floor(x + r))];
    const inner = (r - 1) * (r - 1);
    for (let py = Math.max(0, Math.ceil(y - r)); py <= Math.min(height - 1, Math.floor(y + r)); py += 1) {
      for (let px = left; px <= right; px += 1) {
        const far = round ? (px - x) ** 2 + (py - y) ** 2 : Math.max(Math.abs(px - x), Math.abs(py - y)) ** 2;
        if (far <= r * r) points[py * width + px] = far >= inner ? rim : fill;
      }
    }
  }
  dots(nodes, dense, size, fill, rim) {
    const edge = word(rim);
    const known = new Map();
    for (const [node, x, y] of nodes) {
      const colour = fill(node);
      if (!known.has(colour)) known.set(colour, word(colour));
      this.dot(x * dense, y * dense, Math.max(1.5, size(node)) * dense, node.person, known.get(colour), edge);
    }
  }
}
