// Pointer and keyboard on the drawing. Arrow keys choose a node, Enter opens it, and every act has a key.
import { say } from "./desk.js";

export function hands(board) {
  const { canvas, picture, state } = board;
  const at = (event) => { const box = canvas.getBoundingClientRect(); return { x: event.clientX - box.left, y: event.clientY - box.top }; };
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const found = picture.under(at(event));
    held = { node: found?.members ? found : null, found, from: at(event), last: at(event), moved: false, was: found && { x: found.x, y: found.y } };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const point = at(event);
    if (!held) { canvas.classList.toggle("over", !!picture.under(point)); return; }
    if (Math.hypot(point.x - held.from.x, point.y - held.from.y) > 4) held.moved = true;
    if (!held.moved) return;
    if (held.node) Object.assign(held.node, picture.world(point));
    else { picture.x -= (point.x - held.last.x) / picture.k; picture.y -= (point.y - held.last.y) / picture.k; }
    held.last = point;
    picture.draw();
  });
  canvas.addEventListener("pointerup", () => {
    if (!held) return;
    const { node, moved, was, found } = held;
    held = null;
    if (!moved) return board.choose(found ?? null);
    if (!node) return;
    const [now, pinned] = [{ x: node.x, y: node.y }, node.pinned];
    state.act(() => Object.assign(node, now, { pinned: true }), () => Object.assign(node, was, { pinned }), "moved and pinned");
  });
  canvas.addEventListener("dblclick", (event) => { const found = picture.under(at(event)); if (found?.members) board.expand(found.record); });
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); picture.zoom(Math.exp(-event.deltaY * 0.0015), at(event)); }, { passive: false });
  canvas.addEventListener("keydown", (event) => pressed(board, event));
}

// The nearest node in a direction, from the chosen one or the middle.
function beside({ state, picture }, dx, dy) {
  const from = state.chosen?.members ? state.chosen : { x: picture.x, y: picture.y };
  let found = null, least = Infinity;
  for (const node of state.shown.nodes) {
    const [x, y] = [node.x - from.x, node.y - from.y];
    const along = x * dx + y * dy, off = Math.abs(x * dy - y * dx);
    if (node === from || along <= 0.01 || off > along * 1.2) continue;
    const far = along + off * 2;
    if (far < least) { least = far; found = node; }
  }
  return found ?? (state.chosen ? null : state.shown.nodes[0]);
}

function pressed(board, event) {
  const { state, picture } = board;
  const { chosen } = state;
  const node = chosen?.members ? chosen : null;
  if (event.ctrlKey || event.metaKey) {
    const act = { z: () => (event.shiftKey ? state.redo() : state.undo()), y: () => state.redo() }[event.key.toLowerCase()];
    if (act) { event.preventDefault(); event.stopPropagation(); act(); }
    return;
  }
  const go = (dx, dy) => () => { const next = beside(board, dx, dy); if (next) board.choose(next); };
  // Goes through the links of the chosen node, or of the one that the chosen link came from.
  const edges = () => {
    const own = node ?? board.around ?? chosen?.a;
    if (!own) return;
    board.around = own;
    const all = state.shown.edges.filter((edge) => edge.a === own || edge.b === own);
    if (!all.length) return say("No links are shown here");
    board.choose(all[(all.indexOf(chosen) + 1) % all.length]);
  };
  const acts = {
    ArrowLeft: go(-1, 0), ArrowRight: go(1, 0), ArrowUp: go(0, -1), ArrowDown: go(0, 1),
    Enter: () => chosen && board.side.show(true),
    Escape: () => board.choose(null),
    e: () => node && board.expand(node.record), q: () => node && board.count(node),
    p: () => node && state.set(node, "pinned", !node.pinned, node.pinned ? "unpinned" : "pinned"),
    h: () => node && board.hide(node), n: edges,
    "+": () => picture.zoom(1.3), "=": () => picture.zoom(1.3), "-": () => picture.zoom(1 / 1.3), 0: () => picture.fit(),
  };
  const act = acts[event.key];
  if (!act) return;
  if (event.key !== "n") board.around = null;
  event.preventDefault();
  event.stopPropagation();
  act();
}
