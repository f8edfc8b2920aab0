// Computes places in a worker: force, tree, circle, by date. The same board gives the same places.
const ROOM = 90;

onmessage = ({ data: { turn, kind, nodes, edges } }) => {
  const n = nodes.length;
  const x = new Float64Array(n), y = new Float64Array(n);
  nodes.forEach((node, i) => {
    const far = ROOM * 0.6 * Math.sqrt(i), at = i * 2.39996;
    x[i] = Number.isFinite(node.x) ? node.x : far * Math.cos(at);
    y[i] = Number.isFinite(node.y) ? node.y : far * Math.sin(at);
  });
  const beside = nodes.map(() => []);
  for (const [a, b] of edges) { beside[a].push(b); beside[b].push(a); }
  const told = (last) => postMessage({ turn, last, x: x.slice(), y: y.slice() });
  ({ tree, circle, date, force }[kind] ?? force)({ nodes, edges, beside, x, y, n, told });
  told(true);
};

const put = ({ nodes, x, y }, i, left, top) => { if (!nodes[i].pinned) { x[i] = left; y[i] = top; } };

// Layers by distance from the subjects.
function tree(all) {
  const { nodes, beside, n } = all;
  const depth = new Array(n).fill(-1);
  let row = nodes.map((node, i) => (node.root ? i : -1)).filter((i) => i >= 0);
  if (!row.length && n) row = [0];
  const rows = [];
  row.forEach((i) => { depth[i] = 0; });
  while (row.length) {
    rows.push(row);
    const next = [];
    for (const i of row) for (const j of beside[i]) if (depth[j] < 0) { depth[j] = depth[i] + 1; next.push(j); }
    row = next;
  }
  const loose = depth.map((d, i) => (d < 0 ? i : -1)).filter((i) => i >= 0);
  if (loose.length) rows.push(loose);
  let top = 0;
  for (const line of rows) {
    const most = Math.max(12, Math.ceil(Math.sqrt(n) * 1.6));
    for (let from = 0; from < line.length; from += most) {
      const part = line.slice(from, from + most);
      part.forEach((i, at) => put(all, i, (at - (part.length - 1) / 2) * ROOM * 1.5, top + (at % 2) * 30));
      top += ROOM * (from + most < line.length ? 0.9 : 2);
    }
  }
}

function circle(all) {
  const order = all.nodes.map((_, i) => i).sort((a, b) => all.beside[b].length - all.beside[a].length || a - b);
  const radius = Math.max(120, (all.n * 34) / (2 * Math.PI));
  order.forEach((i, at) => put(all, i, radius * Math.cos((at / all.n) * 2 * Math.PI), radius * Math.sin((at / all.n) * 2 * Math.PI)));
}

// From left to right by the first date of a link; what has no date stands on the left.
function date(all) {
  const when = all.nodes.map((node) => (node.date ? Date.parse(`${node.date}-01-01`.slice(0, 10)) / 864e5 : NaN));
  const known = when.filter(Number.isFinite);
  const first = Math.min(...known), last = Math.max(...known);
  const wide = Math.max(900, Math.sqrt(all.n) * ROOM * 3);
  const fill = new Map();
  when.forEach((day, i) => {
    const left = Number.isFinite(day) ? ((day - first) / (last - first || 1)) * wide : -ROOM * 3;
    const slot = Math.round(left / 40);
    const level = fill.get(slot) ?? 0;
    fill.set(slot, level + 1);
    put(all, i, left, (level % 2 ? -1 : 1) * Math.ceil(level / 2) * ROOM * 0.7);
  });
}

// Springs along links, repulsion by a Barnes–Hut quadtree, cooling.
function force(all) {
  const { nodes, edges, x, y, n, told } = all;
  const turns = n > 2000 ? 140 : 260;
  const vx = new Float64Array(n), vy = new Float64Array(n);
  for (let turn = 0; turn < turns; turn++) {
    const heat = 1 - turn / turns;
    const root = quad(x, y, n);
    for (let i = 0; i < n; i++) { push(root, i, x, y, vx, vy); vx[i] -= x[i] * 0.012; vy[i] -= y[i] * 0.012; }
    for (const [a, b] of edges) {
      const dx = x[b] - x[a], dy = y[b] - y[a], far = Math.hypot(dx, dy) || 0.1;
      const pull = ((far - ROOM) / far) * 0.09;
      vx[a] += dx * pull; vy[a] += dy * pull; vx[b] -= dx * pull; vy[b] -= dy * pull;
    }
    const most = 4 + 60 * heat;
    for (let i = 0; i < n; i++) {
      if (!nodes[i].pinned) {
        const far = Math.hypot(vx[i], vy[i]) || 1, step = Math.min(far, most) / far;
        x[i] += vx[i] * step; y[i] += vy[i] * step;
      }
      vx[i] *= 0.45; vy[i] *= 0.45;
    }
    if (turn % 20 === 19) told(false);
  }
}

function quad(x, y, n) {
  let [l, r, t, b] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; i++) { l = Math.min(l, x[i]); r = Math.max(r, x[i]); t = Math.min(t, y[i]); b = Math.max(b, y[i]); }
  const cell = (left, top, side) => ({ left, top, side, many: 0, cx: 0, cy: 0, one: -1, four: null });
  const root = cell(l, t, Math.max(r - l, b - t, 1) + 1);
  const down = (at, i) => {
    const half = at.side / 2, east = x[i] >= at.left + half, south = y[i] >= at.top + half;
    at.four ??= [null, null, null, null];
    const slot = (east ? 1 : 0) + (south ? 2 : 0);
    return (at.four[slot] ??= cell(at.left + (east ? half : 0), at.top + (south ? half : 0), half));
  };
  for (let i = 0; i < n; i++) {
    let at = root;
    for (let deep = 0; deep < 40; deep++) {
      at.cx = (at.cx * at.many + x[i]) / (at.many + 1); at.cy = (at.cy * at.many + y[i]) / (at.many + 1); at.many += 1;
      if (at.many === 1) { at.one = i; break; }
      if (at.one >= 0) { const other = at.one, below = down(at, other); at.one = -1; below.one = other; below.many = 1; below.cx = x[other]; below.cy = y[other]; }
      at = down(at, i);
    }
  }
  return root;
}

function push(at, i, x, y, vx, vy) {
  if (!at || !at.many || at.one === i) return;
  let dx = x[i] - at.cx, dy = y[i] - at.cy;
  let far = dx * dx + dy * dy;
  if (at.one >= 0 || at.side * at.side < far * 0.7) {
    if (far < 1) { dx = (i % 7) - 3 || 1; dy = (i % 5) - 2; far = 10; }
    const by = Math.min(9, (at.many * ROOM * 26) / far) / Math.sqrt(far);
    vx[i] += dx * by; vy[i] += dy * by;
    return;
  }
  if (at.four) for (const below of at.four) push(below, i, x, y, vx, vy);
}
