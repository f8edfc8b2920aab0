// The map: nearer and farther with the wheel or keys, moved by dragging; names and marks keep their size. What was drawn
// is only shown otherwise; a link asks for the part in detail.
function state(map) {
  const [x, y, width, height] = map.getAttribute("viewBox").split(" ").map(Number);
  return { x, y, width, height };
}

function show(map, box, whole) {
  const width = Math.min(whole.width * 2, Math.max(whole.width / 16, box.width));
  const height = width * whole.height / whole.width;
  const x = Math.min(whole.width + 400 - width / 2, Math.max(-400 - width / 2, box.x));
  const y = Math.min(whole.height + 400 - height / 2, Math.max(-400 - height / 2, box.y));
  map.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  const k = width / whole.width;
  map.style.setProperty("--k", k);
  for (const mark of map.querySelectorAll(".map-mark > g")) {
    mark.dataset.at ??= mark.getAttribute("transform");
    mark.setAttribute("transform", `${mark.dataset.at} scale(${k})`);
  }
  const fixed = map.querySelector("[data-map-fixed]");
  if (fixed) fixed.style.display = k === 1 ? "" : "none";
  link(map, { x, y, width, height }, whole);
}

function link(map, box, whole) {
  const here = document.querySelector("[data-map-here]");
  if (!here) return;
  const moved = Math.abs(box.x) + Math.abs(box.y) + Math.abs(box.width - whole.width) > 2;
  here.hidden = !moved;
  if (!moved) return;
  const [east, north] = map.dataset.middle.split(",").map(Number);
  const address = new URL(here.href);
  const lon = east + (box.x + box.width / 2 - whole.width / 2) * Number(map.dataset.east);
  const lat = north - (box.y + box.height / 2 - whole.height / 2) * Number(map.dataset.north);
  address.searchParams.set("at", `${lon.toFixed(5)},${lat.toFixed(5)}`);
  address.searchParams.set("span", (box.width * Number(map.dataset.east)).toFixed(5));
  here.href = address.href;
}

function zoom(map, whole, times, at) {
  const box = state(map);
  const to = at ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const width = Math.min(whole.width * 2, Math.max(whole.width / 16, box.width * times));
  const by = width / box.width;
  show(map, { x: to.x - (to.x - box.x) * by, y: to.y - (to.y - box.y) * by, width }, whole);
}

export function maps() {
  const map = document.querySelector("svg[data-map]");
  if (!map) return;
  const whole = state(map);
  const point = (event) => {
    const area = map.getBoundingClientRect(), box = state(map);
    return { x: box.x + (event.clientX - area.left) / area.width * box.width, y: box.y + (event.clientY - area.top) / area.height * box.height };
  };
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !map.classList.contains("held") && document.activeElement !== map.parentElement) return;
    event.preventDefault();
    zoom(map, whole, event.deltaY > 0 ? 1.25 : 0.8, point(event));
  }, { passive: false });
  let from;
  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || event.target.closest(".map-mark")) return;
    from = { ...point(event) };
    map.classList.add("held");
    map.setPointerCapture(event.pointerId);
  });
  map.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = point(event), box = state(map);
    show(map, { ...box, x: box.x + from.x - to.x, y: box.y + from.y - to.y }, whole);
  });
  for (const end of ["pointerup", "pointercancel"]) map.addEventListener(end, () => { from = undefined; map.classList.remove("held"); });
  map.parentElement.addEventListener("keydown", (event) => {
    if (event.target !== map.parentElement || event.ctrlKey || event.altKey || event.metaKey) return;
    const box = state(map);
    const step = box.width / 8;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "+" || event.key === "=") zoom(map, whole, 0.8);
    else if (event.key === "-") zoom(map, whole, 1.25);
    else if (event.key === "0") show(map, { ...whole }, whole);
    else if (moves[event.key]) show(map, { ...box, x: box.x + moves[event.key][0], y: box.y + moves[event.key][1] }, whole);
    else return;
    event.preventDefault();
  });
}
