// The drawer beside the drawing: a node with what can be done to it, or an edge with its statements and their sources.
const COLOURS = ["none", "sea", "ochre", "violet", "green", "rose", "olive", "blue"];

const make = (name, props = {}, ...inside) => {
  const one = Object.assign(document.createElement(name), props);
  one.append(...inside);
  return one;
};
export const link = (href, text) => make("a", { href }, make("bdi", {}, text));
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
// A year, a month or a day as the desk writes it.
export const date = (text) => { const [year, month, day] = text.slice(0, 10).split("-"); return [day && Number(day), MONTHS[month - 1], year].filter(Boolean).join(" "); };
export const dates = ({ start, end }) => [start && (end ? date(start) : `since ${date(start)}`), end && (start ? `to ${date(end)}` : `until ${date(end)}`)].filter(Boolean).join(" ");
export const likely = (edge) => (edge.probability > 0.994 ? "over 0.99" : (edge.probability ?? 0).toFixed(2));
export const say_of = (count) => `${count.more ? "more than " : ""}${count.count}`;

export class Side {
  constructor(host, board) {
    Object.assign(this, { host, board, sets: new Map() });
    for (const one of document.querySelectorAll("[data-board-datasets] li")) this.sets.set(one.dataset.id, one.dataset);
    host.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); board.choose(null); board.canvas.focus(); } });
  }
  mark(dataset, href) {
    const set = this.sets.get(dataset);
    if (!set) return "";
    return make("span", { className: `source hue${set.hue}` }, make("a", { href, title: set.title }, make("span", { className: "unseen" }, `Source: ${set.title}, code `), set.code));
  }
  show(focus = false) {
    const { chosen } = this.board.state;
    this.host.hidden = !chosen;
    if (!chosen) return;
    this.host.replaceChildren(...(chosen.a ? this.edge(chosen) : chosen.gathered ? this.heap(chosen) : this.node(chosen)));
    if (focus) { const head = this.host.querySelector("h2"); head.tabIndex = -1; head.focus(); }
  }
  // What was found besides a node or an edge: the way between two.
  words(title, lines) {
    this.host.hidden = false;
    const list = make("ol", {}, ...lines.map((line) => make("li", {}, line)));
    const shut = this.button("Close", () => { this.board.state.way = new Set(); this.board.choose(null); });
    this.host.replaceChildren(make("h2", {}, title), list, make("div", { className: "acts" }, shut));
  }
  // Leaves that are drawn as one.
  heap(group) {
    const names = group.gathered.slice(0, 50).map((node) => make("li", {}, link(`${this.board.href}/records/${node.record}`, node.caption)));
    const more = group.gathered.length > 50 ? [make("p", { className: "quiet" }, `and ${group.gathered.length - 50} more in the table below`)] : [];
    return [make("h2", {}, group.caption), make("p", { className: "quiet" }, group.kind), make("div", { className: "acts" }, this.button("Draw one by one", () => this.board.loosen(group))), make("ul", { className: "plain-list" }, ...names), ...more];
  }
  button(text, act, props = {}) {
    const one = make("button", { type: "button", ...props }, text);
    one.addEventListener("click", act);
    return one;
  }
  node(node) {
    const { board } = this;
    const { href, state } = board;
    const many = node.members.length > 1;
    const marks = make("span", { className: "marks" }, ...node.members.map((one) => this.mark(one.dataset, `${href}/records/${one.record}`)));
    const counted = state.counts.get(node.id);
    const step = (key) => (key ? `${node.record}:${key}` : node.record);
    const relations = counted ? make("ul", { className: "plain-list ruled" }, ...counted.relations.map((one) => make("li", { className: "line" }, make("span", {}, `${one.label} `), make("span", { className: "quiet" }, say_of(one)), state.steps.includes(step(one.key)) ? make("span", { className: "right quiet" }, "shown") : this.button("Show", () => board.expand(step(one.key)), { className: "plain right", ariaLabel: `Show ${one.label}` })))) : "";
    const colour = make("select", { ariaLabel: "Colour" }, ...COLOURS.map((name, at) => make("option", { value: at, selected: node.colour === at }, at ? `Colour: ${name}` : "No colour")));
    colour.addEventListener("change", () => state.set(node, "colour", Number(colour.value), "a colour"));
    const note = make("textarea", { value: node.note, maxLength: 1000, id: "board-note" });
    note.addEventListener("change", () => state.set(node, "note", note.value.trim(), "a remark"));
    return [
      make("h2", {}, link(`${href}/${many ? "identities" : "records"}/${node.record}`, node.caption)),
      make("p", { className: "quiet small" }, [node.kind, node.role ? `subject of this case (${node.role.replaceAll("_", " ")})` : "", many ? `judged to be one: ${node.members.length} records` : ""].filter(Boolean).join(" · "), " ", marks),
      make("div", { className: "acts" }, this.button("Expand", () => board.expand(node.record), { disabled: state.steps.includes(node.record) }), this.button("Count links", () => board.count(node)), this.button(node.pinned ? "Unpin" : "Pin", () => state.set(node, "pinned", !node.pinned, node.pinned ? "unpinned" : "pinned")), this.button("Hide", () => board.hide(node)), colour),
      counted?.stopped || counted?.relations.length ? make("h3", {}, counted.stopped ? "Too many links to draw at once: choose which" : "Links by relation") : counted ? make("p", { className: "quiet" }, "No source names a link.") : "",
      relations,
      make("label", { htmlFor: "board-note" }, "Remark"),
      note,
      make("p", { className: "hint" }, "Kept with the view, for the team."),
    ];
  }
  edge(edge) {
    const { href } = this.board;
    const sure = { asserted: "asserted by source", ended: "ended", proposed: `proposed by the machine, probability ${likely(edge)}` }[edge.sure];
    const record = edge.other ? `${href}/proposals/${edge.record}/${edge.other}` : `${href}/records/${edge.record}`;
    const said = edge.statements.flatMap((one) => [make("dt", {}, one.label), make("dd", {}, make("bdi", {}, one.value), " ", make("span", { className: "marks" }, this.mark(edge.dataset, record)), make("span", { className: "small quiet" }, ` learned ${date(one.first_seen)}`))]);
    const end = (node) => this.button(node.caption, () => this.board.choose(node, true), { className: "plain" });
    return [
      make("h2", {}, link(record, edge.label)),
      make("p", {}, end(edge.a), " → ", end(edge.b)),
      make("p", {}, make("span", { className: `cert-word w-${edge.sure}` }, sure)),
      make("p", { className: "quiet small" }, [dates(edge) || "no dates", edge.share ? `${edge.share} in 100` : ""].filter(Boolean).join(" · ")),
      said.length ? make("h3", {}, "Statements") : "",
      said.length ? make("dl", { className: "facts narrow-facts" }, ...said) : make("p", {}, link(record, "Compare the two records")),
      make("div", { className: "acts" }, this.button("Close", () => { this.board.choose(null); this.board.canvas.focus(); })),
    ];
  }
}
