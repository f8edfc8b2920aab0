// The page of a document: larger and smaller without another look-up of its text, and from mark to mark by key.
const SIZES = ["fit", "100", "150", "200", "300"];

function size(viewer) {
  return SIZES.find((name) => viewer.classList.contains(`zoom-${name}`)) ?? "fit";
}

// Only the picture is asked for again, and only once it is shown larger than it was drawn.
function zoom(viewer, to) {
  if (!SIZES.includes(to)) return;
  for (const name of SIZES) viewer.classList.toggle(`zoom-${name}`, name === to);
  for (const link of viewer.querySelectorAll("a[data-zoom]")) {
    const here = link.dataset.zoom === to;
    link.classList.toggle("primary", here);
    if (here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  const picture = viewer.querySelector("[data-large]");
  if (picture && SIZES.indexOf(to) > 1) {
    picture.setAttribute(picture.tagName === "IMG" ? "src" : "href", picture.dataset.large);
    delete picture.dataset.large;
  }
  const address = new URL(location.href);
  address.searchParams.set("zoom", to);
  history.replaceState(null, "", address);
  for (const link of viewer.querySelectorAll("a[data-way], .viewer-strip a")) {
    const way = new URL(link.href);
    way.searchParams.set("zoom", to);
    link.href = way.href;
  }
}

function step(viewer, by) {
  const at = SIZES.indexOf(size(viewer)) + by;
  zoom(viewer, SIZES[Math.min(SIZES.length - 1, Math.max(0, at))]);
}

let at = -1;

function mark(viewer, by) {
  const marks = [...viewer.querySelectorAll("[data-mark]")];
  if (!marks.length) return;
  at = (at + by + marks.length) % marks.length;
  for (const one of marks) one.classList.remove("at");
  const next = marks[at];
  next.classList.add("at");
  next.scrollIntoView({ block: "center", inline: "center" });
  if (next.tagName.toLowerCase() === "a") next.focus({ preventScroll: true });
  const live = document.getElementById("live");
  if (live) live.textContent = next.querySelector("title")?.textContent ?? "";
}

export function viewer() {
  const found = document.querySelector("[data-viewer]");
  if (!found) return;
  found.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-zoom]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    zoom(found, link.dataset.zoom);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = { "+": () => step(found, 1), "=": () => step(found, 1), "-": () => step(found, -1), "0": () => zoom(found, "fit"), n: () => mark(found, 1), p: () => mark(found, -1) };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.getElementById("mark")?.scrollIntoView({ block: "center" });
}
