// Keyboard: `/` search, `g` and a letter to go, `j` `k` to walk lists, Enter opens, Space previews, `c` cites, `?` all keys.
import { palette, showKeys } from "./palette.js";
import { preview, close } from "./drawer.js";

let going = false;

const typing = (target) => target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-walk]")];
const current = () => document.querySelector("[data-walk].at");

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  current()?.classList.remove("at");
  next.classList.add("at");
  (next.querySelector(".rowlink, a") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (document.querySelector("[data-drawer]")) preview(next);
}

function go(letter) {
  const link = document.querySelector(`.rail a[data-key="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
}

function search() {
  const field = document.querySelector("[data-search]");
  if (field) { field.focus(); field.select?.(); } else go("s");
}

function cite() {
  const focused = document.activeElement?.closest?.("[data-statement]");
  const link = (focused ?? current())?.querySelector("[data-cite]");
  if (link) location.assign(link.href);
}

// S, D and U choose on the match card; nothing is sent before the reason is typed and the form is.
function press(key) {
  const radio = document.querySelector(`[data-judge] [data-press="${CSS.escape(key)}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  return true;
}

function escape() {
  document.body.classList.add("marks-shut");
  setTimeout(() => addEventListener("pointermove", () => document.body.classList.remove("marks-shut"), { once: true }), 0);
  document.addEventListener("focusin", () => document.body.classList.remove("marks-shut"), { once: true });
  close();
}

function pressed(event) {
  if (event.key === "Escape") return escape();
  if ((event.ctrlKey || event.metaKey) && event.key === "k") { event.preventDefault(); return palette(); }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (going) { going = false; event.preventDefault(); return go(event.key); }
  const acts = { "/": search, g: () => { going = true; setTimeout(() => { going = false; }, 1200); }, j: () => walk(1), k: () => walk(-1), c: cite, "?": showKeys };
  const act = acts[event.key];
  if (act) { event.preventDefault(); return act(); }
  if (event.key === " " && current()?.querySelector("[data-preview-link]") && !event.target.matches?.("button, summary, input")) { event.preventDefault(); return preview(current()); }
  if (press(event.key)) event.preventDefault();
}

export function keys() {
  document.addEventListener("keydown", pressed);
}
