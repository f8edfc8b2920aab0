// What is told while a page is open: alerts of the open case, to stewards the releases that wait for them, and to
// supervisors the emergencies. Server-sent events name what is new; its HTML is then asked for.
function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

function state(text) {
  const line = document.querySelector("[data-live-state]");
  if (line) line.textContent = text;
}

function count() {
  const rail = document.querySelector('.rail a[data-key="i"]');
  if (!rail) return;
  let badge = rail.querySelector(".count");
  if (!badge) {
    badge = Object.assign(document.createElement("span"), { className: "count" });
    badge.append("0", Object.assign(document.createElement("span"), { className: "unseen", textContent: " new" }));
    rail.append(badge);
  }
  badge.firstChild.textContent = String(Number.parseInt(badge.firstChild.textContent, 10) + 1);
}

async function arrived(event) {
  const address = `${document.body.dataset.case}/inbox?fragment=alert&alert=${encodeURIComponent(event.data)}`;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return state("A new alert came and could not be shown. Load the page again.");
  const shape = document.createElement("template");
  shape.innerHTML = await answer.text();
  const alert = shape.content.querySelector(".alert");
  if (!alert || document.getElementById(alert.id)) return;
  count();
  const list = document.querySelector("[data-alerts]");
  if (list) {
    list.prepend(alert);
    document.querySelector("[data-no-alerts]")?.setAttribute("hidden", "");
  } else {
    toast(alert.dataset.say);
  }
  say(`New alert. ${alert.dataset.say ?? ""}`);
}

// On pages without a list, a short line that leads to the inbox and leaves by itself.
function toast(text, href = `${document.body.dataset.case}/inbox`) {
  const note = Object.assign(document.createElement("a"), { className: "toast fresh", textContent: `New alert: ${text ?? ""}`, href });
  document.querySelector(".toast")?.remove();
  document.body.append(note);
  setTimeout(() => note.remove(), 12000);
}

async function held() {
  const text = "a release is held until you decide";
  const place = document.querySelector("[data-held]");
  if (place) {
    const answer = await fetch("/datasets?fragment=held", { headers: { Accept: "text/html" } });
    if (answer.ok) place.innerHTML = await answer.text();
  } else toast(text, "/datasets");
  say(`New alert: ${text}.`);
}

function hearOfReleases() {
  if (!("releases" in document.body.dataset)) return;
  const events = new EventSource("/datasets/events");
  for (const name of ["held", "gap"]) events.addEventListener(name, held);
  events.addEventListener("end", () => events.close());
  addEventListener("pagehide", () => events.close());
}

async function emergency() {
  const text = "a case was opened in an emergency";
  const place = document.querySelector("[data-waiting]");
  if (place) {
    const answer = await fetch("/cases?fragment=waiting", { headers: { Accept: "text/html" } });
    if (answer.ok) place.innerHTML = await answer.text();
  } else toast(text, "/cases");
  say(`New alert: ${text}.`);
}

function hearOfEmergencies() {
  if (!("emergencies" in document.body.dataset)) return;
  const events = new EventSource("/emergencies/events");
  for (const name of ["emergency", "gap"]) events.addEventListener(name, emergency);
  events.addEventListener("end", () => events.close());
  addEventListener("pagehide", () => events.close());
}

export function listen() {
  hearOfReleases();
  hearOfEmergencies();
  if (!("live" in document.body.dataset)) return;
  const events = new EventSource(`${document.body.dataset.case}/events`);
  events.addEventListener("open", () => state("Listening: new alerts appear here as they arrive."));
  events.addEventListener("error", () => state(events.readyState === EventSource.CLOSED ? "Not listening any more. Load the page again to see new alerts." : "Connection lost; trying again."));
  events.addEventListener("alert", arrived);
  events.addEventListener("gap", () => state("Some alerts were missed on the way. Load the page again to see them."));
  events.addEventListener("end", () => { events.close(); state("Not listening any more: you may no longer follow this case."); });
  addEventListener("pagehide", () => events.close());
}
