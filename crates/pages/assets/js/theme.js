// Sets the chosen theme before the first paint. Runs as a plain script in the head; without it the system's choice holds.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  if (localStorage.getItem("density") === "compact") document.documentElement.dataset.density = "compact";
} catch { /* storage may be forbidden: the system's choice holds */ }
document.documentElement.classList.add("scripted");
