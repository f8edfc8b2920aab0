// Command palette and the list of keys: both in a dialog, both made of what the page already offers.
const KEYS = [["/", "search"], ["g, then a letter", "go: o overview, i inbox, s search, b subjects, m matches, n notes, e evidence, l log, c cases"], ["j  k", "walk a list"], ["Enter", "open"], ["Space", "preview"], ["c", "cite the value or the row"], ["s  d  u", "same, different, unsure on a match card"], ["Esc", "close the preview or a source slip"], ["Ctrl K", "go to a page"]];

function dialog(label) {
  document.querySelector("dialog")?.remove();
  const box = document.createElement("dialog");
  box.setAttribute("aria-label", label);
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  return box;
}

export function showKeys() {
  const box = dialog("Keys");
  const inner = Object.assign(document.createElement("div"), { className: "keys" });
  inner.append(Object.assign(document.createElement("strong"), { textContent: "Keys" }));
  const list = document.createElement("dl");
  for (const [key, does] of KEYS) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    list.append(term, Object.assign(document.createElement("dd"), { textContent: does }));
  }
  const shut = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
  shut.addEventListener("click", () => box.close());
  inner.append(list, document.createElement("br"), shut);
  box.append(inner);
  box.showModal();
}

// Everything on the page one can go to, under its own words.
function places() {
  const seen = new Set();
  const found = [];
  for (const link of document.querySelectorAll(".rail a, main .acts a, .tabs a, .crumbs a, .rowlink, .who a")) {
    const words = link.cloneNode(true);
    for (const extra of words.querySelectorAll(".count, .unseen, .sub")) extra.remove();
    const label = words.textContent.trim().replace(/\s+/g, " ");
    if (!label || seen.has(link.href)) continue;
    seen.add(link.href);
    found.push({ label, href: link.href, kind: link.closest(".rail") ? "page" : "on this page" });
  }
  return found;
}

// What the palette can do besides going somewhere: labels, each with the function behind it.
export const acts = new Map();

export function palette() {
  const box = dialog("Go to");
  const field = document.createElement("input");
  const list = document.createElement("ul");
  const all = [...places(), ...[...acts].map(([label, act]) => ({ label, act, kind: "setting" }))];
  const choose = (place) => { box.close(); if (place.act) place.act(); else location.assign(place.href); };
  let at = 0;
  let shown = [];
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Places");
  for (const [name, value] of [["role", "combobox"], ["aria-label", "Go to"], ["aria-expanded", "true"], ["aria-controls", list.id], ["placeholder", "Go to a page, case or record on this page"], ["autocomplete", "off"]]) field.setAttribute(name, value);
  const draw = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = all.filter((place) => words.every((word) => place.label.toLowerCase().includes(word))).slice(0, 12);
    at = Math.min(at, Math.max(0, shown.length - 1));
    list.replaceChildren(...shown.map((place, index) => {
      const item = document.createElement("li");
      item.id = `place-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(index === at));
      item.append(place.label, Object.assign(document.createElement("small"), { textContent: place.kind }));
      item.addEventListener("click", () => choose(place));
      return item;
    }));
    field.setAttribute("aria-activedescendant", shown.length ? `place-${at}` : "");
  };
  field.addEventListener("input", () => { at = 0; draw(); });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); at = (at + step + shown.length) % Math.max(1, shown.length); draw(); }
    if (event.key === "Enter" && shown[at]) { event.preventDefault(); choose(shown[at]); }
  });
  box.append(field, list);
  draw();
  box.showModal();
  field.focus();
}
