// The desk's scripts: each adds to a page that is already whole without it.
import { listen } from "./inbox.js";
import { keys } from "./keys.js";
import { drawer } from "./drawer.js";
import { acts, palette } from "./palette.js";
import { passages } from "./passage.js";
import { viewer } from "./viewer.js";
import { uploads } from "./upload.js";
import { maps } from "./map.js";
import { passkeys } from "./passkey.js";

// Says something to screen readers without moving the focus.
export function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* kept for this page only */ }
  say(dark ? "Light theme" : "Dark theme");
}

function density() {
  const root = document.documentElement;
  if (root.dataset.density === "compact") delete root.dataset.density; else root.dataset.density = "compact";
  try { localStorage.setItem("density", root.dataset.density ?? ""); } catch { /* kept for this page only */ }
  say(root.dataset.density ? "Compact lines" : "Comfortable lines");
}

// What was typed outlives a lost session: kept in this tab until the form is sent.
function keep() {
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const place = `kept:${location.pathname}:${form.dataset.keep}`;
    const texts = [...form.querySelectorAll("textarea, input[type=text]")];
    try {
      const kept = JSON.parse(sessionStorage.getItem(place) ?? "{}");
      for (const field of texts) if (!field.value.trim() && kept[field.name]) field.value = kept[field.name];
    } catch { /* nothing kept */ }
    form.addEventListener("input", () => {
      try { sessionStorage.setItem(place, JSON.stringify(Object.fromEntries(texts.map((f) => [f.name, f.value])))); } catch { /* full */ }
    });
    form.addEventListener("submit", () => sessionStorage.removeItem(place));
  }
}

// A click on a citation token writes it where the text cursor stands.
function tokens() {
  document.addEventListener("click", (event) => {
    const token = event.target.closest("[data-token]");
    const text = token && document.querySelector("textarea[name=text]");
    if (!text) return;
    text.setRangeText(token.dataset.token, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    const box = token.closest("li")?.querySelector("input[name=cite], input[name=passage]");
    if (box) box.checked = true;
    say("Citation written into the text");
  });
}

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act === "theme") theme();
  if (act === "palette") palette();
});
acts.set("Light or dark", theme).set("Comfortable or compact lines", density);
document.getElementById("errors")?.focus();
keep();
tokens();
passages();
viewer();
uploads();
maps();
passkeys();
drawer();
keys();
listen();
