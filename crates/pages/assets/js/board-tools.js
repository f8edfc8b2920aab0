// The tools above the drawing, and the forms around it: filters, the way between two, keeping a view, making a file.
const LAYOUTS = { force: "By pull", tree: "As a tree", circle: "In a circle", date: "By date" };

export function tools(board) {
  const { state, picture, host } = board;
  const bar = host.querySelector("[data-board-tools]");
  const button = (text, act, title) => {
    const one = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: title ?? text });
    one.addEventListener("click", act);
    bar.append(one);
    return one;
  };
  const undo = button("Undo", () => state.undo(), "Undo (Ctrl Z)");
  const redo = button("Redo", () => state.redo(), "Redo (Ctrl Shift Z)");
  button("Fit", () => picture.fit(), "Show all (0)");
  button("+", () => picture.zoom(1.3), "Nearer").setAttribute("aria-label", "Nearer");
  button("\u2212", () => picture.zoom(1 / 1.3), "Farther").setAttribute("aria-label", "Farther");
  const layout = document.createElement("select");
  layout.setAttribute("aria-label", "Layout");
  for (const [word, label] of Object.entries(LAYOUTS)) layout.append(new Option(label, word, false, word === state.layout));
  layout.addEventListener("change", () => board.arrange(layout.value));
  bar.append(layout);
  button("Arrange", () => board.arrange(layout.value), "Compute places anew; pinned nodes stay");
  const gather = button("Gather leaves", () => {
    const to = !state.gathers;
    const loose = state.loose;
    state.act(() => { state.gathers = to; state.loose = new Set(); }, () => { state.gathers = !to; state.loose = loose; }, to ? "leaves gathered; choose a heap to draw it one by one" : "every node drawn by itself");
    gather.setAttribute("aria-pressed", String(state.gathers));
  }, "Draw four or more leaves of one node and one kind of link as one");
  gather.setAttribute("aria-pressed", "false");
  const hidden = button("Show hidden", () => {
    const all = [...state.nodes.values()].filter((node) => node.hidden);
    state.act(() => all.forEach((node) => { node.hidden = false; }), () => all.forEach((node) => { node.hidden = true; }), "hidden nodes shown");
  });
  const { move, day } = slider(board, bar);
  const count = Object.assign(document.createElement("span"), { className: "quiet small right" });
  bar.append(count);
  board.tools = () => {
    undo.disabled = !state.done.length; redo.disabled = !state.undone.length;
    gather.setAttribute("aria-pressed", String(state.gathers));
    const gone = [...state.nodes.values()].filter((node) => node.hidden).length;
    hidden.hidden = !gone; hidden.textContent = `Show ${gone} hidden`;
    count.textContent = [[state.listed.nodes.length, "identity", "identities"], [state.listed.edges.length, "link", "links"]].map(([many, one, more]) => `${many} ${many === 1 ? one : more}`).join(", ");
    document.querySelector("[data-board-count]").textContent = `${count.textContent}.`;
    move();
  };
  filters(board, day);
  forms(board);
}

// The day on which something was so, month by month over the dates of what is drawn; all the way left is every day.
function slider(board, bar) {
  const { state } = board;
  const label = Object.assign(document.createElement("label"), { className: "board-day" });
  const range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 0, value: 0 });
  const words = document.createElement("output");
  label.append("So on ", range, words);
  bar.append(label);
  const field = document.querySelector("[data-board-filters] input[name=so_on]");
  const day = () => { const month = Number(range.value) - 1 + first; return Number(range.value) ? `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-28` : ""; };
  let first = 0;
  const move = () => {
    const years = [...state.edges.values()].flatMap((edge) => [edge.start, edge.end]).filter(Boolean).map((date) => Number(date.slice(0, 4))).filter((year) => year > 1000);
    label.hidden = !years.length;
    if (!years.length) return;
    const low = years.reduce((a, b) => Math.min(a, b));
    if (first !== low * 12) { first = low * 12; if (!state.filter.so_on) range.value = 0; }
    range.max = (Math.max(new Date().getFullYear(), years.reduce((a, b) => Math.max(a, b))) - low + 1) * 12;
    words.textContent = state.filter.so_on || "every day";
  };
  range.addEventListener("input", () => { state.filter.so_on = field.value = day(); state.changed(""); });
  return { move, day };
}

function filters(board) {
  const { state } = board;
  const form = document.querySelector("[data-board-filters]");
  const read = () => {
    for (const name of ["relation", "dataset", "certainty"]) state.filter[name] = form.elements[name].value;
    const typed = form.elements.so_on.value.trim();
    state.filter.so_on = /^\d{4}(-\d\d){0,2}$/.test(typed) ? `${typed}-12-31`.slice(0, typed.length === 7 ? 7 : 10) + (typed.length === 7 ? "-28" : "") : "";
    return !typed || state.filter.so_on;
  };
  // A day in words is the server's to read; the page then comes anew.
  form.addEventListener("submit", (event) => { if (read()) { event.preventDefault(); state.changed("Filtered"); } });
  form.addEventListener("change", () => { if (read()) state.changed("Filtered"); });
  if (read()) state.sift();
}

function forms(board) {
  const { state } = board;
  document.querySelector("[data-board-way]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const { from, to } = event.target.elements;
    const way = state.path(from.value, to.value);
    state.way = new Set((way ?? []).map((edge) => edge.id));
    state.chosen = null;
    const lines = (way ?? []).map((edge) => `${edge.a.caption} → ${edge.b.caption} (${edge.label}${edge.share ? `, ${edge.share} in 100` : ""})`);
    const shares = way?.length > 1 && chain(way, from.value) ? way.reduce((part, edge) => part * (edge.share / 100), 100) : null;
    if (shares !== null) lines.push(`Share through this chain: ${shares.toFixed(2)} in 100`);
    board.side.words(way ? `The way between the two: ${way.length} links` : "Nothing on this board ties the two", lines);
    board.picture.draw();
    board.host.scrollIntoView({ block: "nearest" });
  });
  for (const form of document.querySelectorAll("[data-board-save], [data-board-export]")) {
    form.addEventListener("submit", () => { form.elements.kept.value = JSON.stringify(state.kept(board.typedKnownOn())); });
  }
}

// Whether a way is a chain of ownerships that all run the same direction and all name their share.
function chain(way, from) {
  if (!way.every((edge) => edge.kind === "Ownership" && edge.share)) return false;
  const down = (start) => { let at = start; return way.every((edge) => { const runs = edge.from === at; at = edge.to; return runs; }); };
  const up = () => { let at = from; return way.every((edge) => { const runs = edge.to === at; at = edge.from; return runs; }); };
  return down(from) || up();
}
