// The tables below the drawing hold the same: rows come and go with the steps, filters and undo.
import { dates, likely, link } from "./board-side.js";

const MOST = 400; // Rows that the script adds; a table of thousands is read by its filters.
const cell = (...inside) => { const td = document.createElement("td"); td.append(...inside); return td; };
const span = (text, className) => Object.assign(document.createElement("span"), { className, textContent: text });

export class Table {
  constructor(board) {
    this.board = board;
    this.nodes = document.querySelector("[data-board-nodes]");
    this.edges = document.querySelector("[data-board-edges]");
    this.ends = [...document.querySelectorAll("[data-board-way] select")];
    this.kinds = document.querySelector("[data-board-filters] select[name=relation]");
    this.timer = 0;
  }
  // Rows follow a moment later, so that the drawing never waits for them.
  later() { clearTimeout(this.timer); this.timer = setTimeout(() => this.write(), 250); }
  write() {
    const { state, side, href } = this.board;
    const { nodes, edges } = state.listed;
    this.nodes.replaceChildren(...nodes.slice(0, MOST).map((node) => {
      const row = document.createElement("tr");
      row.dataset.walk = "";
      row.dataset.node = node.id;
      const name = link(`${href}/${node.members.length > 1 ? "identities" : "records"}/${node.record}`, node.caption);
      name.className = "rowlink";
      const marks = span("", "marks");
      marks.append(...node.members.map((one) => side.mark(one.dataset, `${href}/records/${one.record}`)));
      const sure = node.members.length > 1 ? span(`judged by a person: ${node.members.length} records are one`, "cert-word w-judged") : span("asserted by source", "cert-word w-asserted");
      const open = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: "Open" });
      open.append(span(` ${node.caption}`, "unseen"));
      open.addEventListener("click", () => this.board.choose(node, true));
      row.append(cell(name, span(node.kind, "sub")), cell(node.role ? span(node.role.replaceAll("_", " "), "tag") : ""), cell(sure, marks), cell(node.note), cell(open));
      return row;
    }));
    this.edges.closest(".scroll").hidden = !edges.length;
    this.edges.replaceChildren(...edges.slice(0, MOST).map((edge) => {
      const row = document.createElement("tr");
      const record = edge.other ? `${href}/proposals/${edge.record}/${edge.other}` : `${href}/records/${edge.record}`;
      const open = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: `${edge.statements.length || "Open"}` });
      open.append(span(` statements: ${edge.a.caption}, ${edge.label}, ${edge.b.caption}`, "unseen"));
      open.addEventListener("click", () => this.board.choose(edge, true));
      const marks = span("", "marks");
      marks.append(side.mark(edge.dataset, record));
      const end = (node) => link(`${href}/records/${node.record}`, node.caption);
      const [rel, from] = [link(record, edge.label), document.createElement("div")];
      rel.className = "rowlink said";
      from.className = `cert cert-${edge.sure}`;
      from.append(end(edge.a));
      const words = { asserted: "asserted by source", ended: "ended", proposed: `proposed, probability ${likely(edge)}` }[edge.sure];
      row.append(cell(from), cell(rel, edge.share ? span(`${edge.share} in 100`, "sub") : ""), cell(end(edge.b)), cell(dates(edge)), cell(span(words, `cert-word w-${edge.sure}`), marks), cell(open));
      return row;
    }));
    this.lists(nodes);
  }
  // The lists of the forms know what has come.
  lists(nodes) {
    for (const list of this.ends) {
      const { value } = list;
      list.replaceChildren(list.options[0], ...nodes.slice(0, 2000).map((node) => new Option(node.caption, node.id)));
      list.value = value;
    }
    const there = new Set([...this.kinds.options].map((one) => one.value));
    for (const edge of this.board.state.edges.values()) if (!there.has(edge.kind)) { there.add(edge.kind); this.kinds.append(new Option(edge.label, edge.kind)); }
  }
}
