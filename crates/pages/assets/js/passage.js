// What is selected on a page of a document becomes the passage of its form. Without scripts lines are chosen by number.
const signs = (text) => [...text].length;

// How many characters of the page's text stand before a place inside one of its lines.
function before(line, node, offset) {
  const range = document.createRange();
  range.setStart(line, 0);
  range.setEnd(node, offset);
  return Number(line.dataset.from) + signs(range.toString());
}

function chosen() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const near = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
  const section = near(range.commonAncestorContainer).closest("[data-page]");
  const first = near(range.startContainer).closest("[data-from]");
  const last = near(range.endContainer).closest("[data-from]");
  if (!section || !first || !last) return null;
  const from = before(first, range.startContainer, range.startOffset);
  const length = before(last, range.endContainer, range.endOffset) - from;
  return length > 0 ? { section, from, length } : null;
}

export function passages() {
  if (!document.querySelector("form.cite")) return;
  document.addEventListener("selectionchange", () => {
    const found = chosen();
    for (const form of document.querySelectorAll("form.cite")) {
      const here = found && found.section.contains(form);
      form.elements.namedItem("from").value = here ? found.from : "";
      form.elements.namedItem("length").value = here ? found.length : "";
      form.querySelector("button").textContent = here ? "Cite what is selected" : "Cite these lines";
    }
  });
  // The click on the button takes the selection away before the form is sent.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("form.cite button")) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { "[": "earlier", "]": "later" }[event.key];
    document.querySelector(way ? `a[data-way=${way}]` : "#none")?.click();
  });
}
