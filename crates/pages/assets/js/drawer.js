// Preview drawer: fetches the record's fragment and shows it beside the list. Without it the preview is a page of its own.
let opener = null;

function place() {
  const host = document.querySelector("[data-drawer-host]");
  let drawer = document.querySelector("[data-drawer]");
  if (host && !drawer) {
    drawer = Object.assign(document.createElement("aside"), { className: "drawer" });
    drawer.dataset.drawer = "";
    drawer.setAttribute("aria-label", "Preview");
    host.append(drawer);
    host.classList.add("open");
  }
  return drawer;
}

export function close() {
  const drawer = document.querySelector("[data-drawer]");
  if (!drawer) return;
  drawer.remove();
  document.querySelector("[data-drawer-host]")?.classList.remove("open");
  document.querySelector(".selected")?.classList.remove("selected");
  opener?.focus();
}

// Shows the preview of a list row. The look-up is logged by the server like any other.
export async function preview(row) {
  const link = row.querySelector("[data-preview-link]");
  if (!link) return;
  const address = new URL(link.dataset.previewLink, location.href);
  address.searchParams.set("fragment", "preview");
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector("[data-preview]") ?? page.querySelector(".refusal, main");
  const drawer = part && place();
  if (!drawer) return location.assign(link.href);
  drawer.replaceChildren(part);
  document.querySelector(".selected")?.classList.remove("selected");
  row.classList.add("selected");
  opener = link;
}

export function drawer() {
  document.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("[data-preview-link]");
    if (link) { event.preventDefault(); preview(link.closest("[data-walk]")); }
    if (event.target.closest("[data-close]")) { event.preventDefault(); close(); }
  });
}
