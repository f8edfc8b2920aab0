// The README's tour of five minutes, step by step, in two windows: the investigator's and the supervisor's, and at its end
// the auditor's. What the tour says a newcomer sees is looked for on the page, in words.

import assert from "node:assert/strict";

const SETTLES = "Whether the bidder is in business";
const PURPOSE = "Integrity of public procurement";
const BASIS = "Inquiry ordered or allowed by statute";
const FINDING = "The bidder is in business";

async function says(page, words) {
  const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
  assert.ok(text.toLowerCase().includes(words.toLowerCase()), `${page.url()} does not say “${words}” but:\n${text.slice(0, 1500)}`);
}

// Looks at a page: one first heading, accessible, fitting every window, and a picture of it.
async function look(test, page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name} has one first heading`);
  await page.evaluate(() => scrollTo(0, 0));
  await test.fits(page);
  await test.axe(page);
  await test.screenshot(page, `tour-${name}`);
}

async function press(page, name) {
  await Promise.all([page.waitForLoadState("load"), page.getByRole("button", { name, exact: true }).click()]);
  await page.waitForLoadState("load");
}

async function follow(page, name) {
  await page.getByRole("link", { name }).first().click();
  await page.waitForLoadState("load");
}

// 1. Opens a case as the README says, and gives its address.
async function open_case(page, title) {
  await follow(page, "Open a case");
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("The facts that justify it").fill(
    "The harbour office awarded berth 7 to a bidder whose entry in the company register is in doubt (audit note 14/2026).",
  );
  await page.getByLabel("First line of inquiry").fill("Is the bidder for berth 7 in business?");
  await page.getByLabel("Purpose", { exact: true }).selectOption({ label: PURPOSE });
  await page.getByLabel("Legal basis").selectOption({ label: BASIS });
  for (const box of await page.locator("input[name=dataset]").all()) await box.check();
  return page;
}

async function ask(page, fields) {
  await page.getByLabel("What this look-up should settle").fill(SETTLES);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  await press(page, (await page.getByRole("button", { name: "Search", exact: true }).count()) ? "Search" : "Look up this person");
}

async function approved(test, supervisor, title) {
  await supervisor.goto(`${test.url}/cases`);
  await follow(supervisor, title);
  await press(supervisor, "Approve this case");
  await says(supervisor, "Approved by");
}

// Reads the company's record in the company register from the results of a search.
async function open_company(page, story) {
  const hit = page.locator(".hits li", { hasText: "company register" }).filter({ hasText: story.company.name });
  await hit.first().locator("a.rowlink").click();
  await page.waitForLoadState("load");
  assert.equal((await page.locator("h1").innerText()).trim(), story.company.name);
}

export async function the_tour_of_the_readme(test) {
  const story = await test.desk.story();
  const title = "Berth 7, award of the dredging works";

  const ines = await test.signIn("investigator");
  await look(test, ines, "01-my-cases-empty");
  await open_case(ines, title);
  await look(test, ines, "02-open-a-case");
  await press(ines, "Ask for approval");
  const home = ines.url();
  await says(ines, "Waiting for another person");
  await says(ines, "Nobody decides on a case that they wrote down or lead themselves");
  assert.equal(await ines.getByRole("button", { name: "Approve this case" }).count(), 0);
  await look(test, ines, "03-case-waiting");

  await follow(ines, "Search");
  await ask(ines, { "Words, names or numbers": story.company.name });
  await says(ines, "Without an open case nothing can be looked up, followed or given away");
  await says(ines, "look-up.case-not-open");
  await says(ines, "A supervisor who did not write the case down can approve it");
  await look(test, ines, "04-search-refused");

  const sora = await test.signIn("supervisor");
  await look(test, sora, "05-supervisor-cases");
  await follow(sora, title);
  await look(test, sora, "06-approve");
  await press(sora, "Approve this case");
  await says(sora, "Approved by");

  await ines.goto(`${home}/search`);
  await look(test, ines, "07-search-empty");
  await ask(ines, { "Words, names or numbers": story.company.name });
  await says(ines, story.company.name);
  await look(test, ines, "08-search-found");

  await ines.goto(`${home}/search?for=person`);
  await ask(ines, { "Full name": story.person.name });
  await says(ines, "No persons were looked for");
  assert.equal(await ines.locator(".hits li").count(), 0, "nobody is listed");
  await look(test, ines, "09-person-by-name-alone");
  await ask(ines, { Born: story.person.birth_date.slice(0, 4) });
  assert.ok((await ines.locator(".hits li").count()) > 0, "with the birth year there is somebody");
  await look(test, ines, "10-person-found");

  await ines.goto(`${home}/search`);
  await ask(ines, { "Words, names or numbers": story.company.name });
  await open_company(ines, story);
  const record = ines.url();
  const marks = await ines.locator("main .value .source").count();
  assert.ok(marks >= (await ines.locator("main .value").count()), "every value carries a source mark");
  await look(test, ines, "11-record");
  await ines.locator("main .value .source a").first().focus();
  await ines.screenshot({ path: `${test.screens}/tour-12-source-slip.png` });

  await follow(ines, "Add as subject");
  await ines.getByLabel("What the role rests on").fill("Named in the award of berth 7.");
  await look(test, ines, "13-add-subject");
  await press(ines, "Add as subject");
  await says(ines, story.company.name);
  await look(test, ines, "14-subjects");

  await follow(ines, "Matches");
  await look(test, ines, "15-matches");
  await ines.locator("ol li a.rowlink", { hasText: story.company.name }).first().click();
  await ines.waitForLoadState("load");
  await says(ines, "bits");
  assert.equal(await ines.locator("input[name=verdict]:checked").count(), 0, "nothing is chosen beforehand");
  await look(test, ines, "16-match");
  await ines.getByLabel("Same").check();
  await ines.getByRole("textbox", { name: "Reason" }).fill("Same register number, name and seat.");
  await press(ines, "Record this judgement");
  await says(ines, "What holds it together");
  await look(test, ines, "17-identity");

  await ines.goto(record);
  await ines.locator("main dd:has(.value)", { hasText: "active" }).getByRole("link", { name: /^Cite Status/ }).click();
  await ines.waitForLoadState("load");
  await ines.getByLabel("Title").fill(FINDING);
  await ines.getByLabel("Finding of fact").check();
  await ines.getByLabel("Text").fill("The company register calls the bidder active.");
  await look(test, ines, "18-write-finding");
  await press(ines, "Save");
  await says(ines, "active");
  await look(test, ines, "19-finding");

  await be_told(test, ines, story);
  await prove_it(test);
}
the_tour_of_the_readme.slowest = 600_000;

// 7. Leaves the inbox open and delivers releases until the alert about the status has come, without a reload.
async function be_told(test, ines, story) {
  await follow(ines, "Inbox");
  await ines.evaluate(() => { globalThis.stillTheSamePage = true; });
  await ines.getByText("Listening: new alerts appear here").waitFor();
  await look(test, ines, "20-inbox-waiting");
  const alert = ines.locator(".alert.fresh", { hasText: FINDING }).filter({ hasText: story.turn.new });
  let delivered = "";
  for (let releases = 0; releases < 40 && !delivered.includes("every release"); releases += 1) {
    delivered = await test.desk.deliverNext();
    if (!delivered.includes(story.turn.release.dataset)) continue;
    await alert.first().waitFor({ timeout: 60_000 });
    break;
  }
  assert.equal(await ines.evaluate(() => globalThis.stillTheSamePage), true, "the page was never loaded again");
  for (const word of [story.turn.old, story.turn.new, FINDING, "company register", "release of"]) {
    assert.ok((await alert.first().innerText()).toLowerCase().includes(word.toLowerCase()), `the alert names “${word}”`);
  }
  await look(test, ines, "21-alert");
  await ines.screenshot({ path: `${test.screens}/alert.png`, clip: { x: 0, y: 0, width: 1440, height: 520 } });

  await follow(ines, "Open the finding");
  await says(ines, `the source says: ${story.turn.new}`);
  await look(test, ines, "22-finding-that-has-lost-its-ground");
  await follow(ines, story.company.name);
  await says(ines, "What it no longer says");
  await ines.locator(".history del", { hasText: story.turn.old }).waitFor();
  await look(test, ines, "23-record-with-history");
  for (const [place, name] of [["Overview", "24-overview"], ["Notes and findings", "25-notes"], ["Log of this case", "26-log-of-the-case"]]) {
    await ines.getByRole("navigation", { name: "This case" }).getByRole("link", { name: place }).click();
    await ines.waitForLoadState("load");
    await look(test, ines, name);
  }
}

// 8. The auditor's log with its rules and a proof that is checked while it is shown.
async function prove_it(test) {
  const aude = await test.signIn("auditor");
  await aude.goto(`${test.url}/log`);
  await aude.getByLabel("Checking that processing was lawful").check();
  await aude.getByRole("button", { name: "Read the log" }).click();
  await aude.waitForLoadState("load");
  await says(aude, "searched, allowed by");
  await says(aude, "refused by look-up.case-not-open");
  await look(test, aude, "27-log");
  await aude.locator("tr", { hasText: "searched" }).first().locator("a.rowlink").click();
  await aude.waitForLoadState("load");
  await says(aude, "proof checked just now: it holds");
  await look(test, aude, "28-log-entry");
}

export async function the_tour_works_without_scripts(test) {
  const story = await test.desk.story();
  const title = "Berth 9, the same without scripts";
  const ines = await test.signIn("investigator", { scripts: false });
  await open_case(ines, title);
  await press(ines, "Ask for approval");
  const home = ines.url();
  await approved(test, await test.signIn("supervisor", { scripts: false }), title);
  await ines.goto(`${home}/search`);
  await ask(ines, { "Words, names or numbers": story.company.number });
  await ines.locator("a.preview-link").first().click();
  await ines.waitForLoadState("load");
  await says(ines, "Open the record");
  await open_company(ines, story);
  await follow(ines, "Links");
  await says(ines, "One step from");
  await ines.goBack();
  await ines.getByRole("link", { name: /^Cite / }).first().click();
  await ines.getByLabel("Title").fill("A note without scripts");
  await ines.getByLabel("Working note").check();
  await ines.getByLabel("Text").fill("It names the company.");
  await press(ines, "Save");
  await says(ines, "What it rests on");
  for (const place of ["Overview", "Subjects", "Inbox", "Matches", "Notes and findings", "Evidence", "Log of this case"]) {
    await ines.getByRole("navigation", { name: "This case" }).getByRole("link", { name: place }).click();
    await ines.waitForLoadState("load");
    assert.equal(await ines.locator("h1").count(), 1, `${place} has one first heading`);
  }
}
the_tour_works_without_scripts.slowest = 300_000;

export async function evidence_is_filed_and_given_out_as_an_attachment(test) {
  const title = "Berth 11, an invoice";
  const ines = await test.signIn("investigator");
  await open_case(ines, title);
  await press(ines, "Ask for approval");
  await approved(test, await test.signIn("supervisor"), title);
  await ines.reload();
  await follow(ines, "Evidence");
  const text = "<script>alert(1)</script> invoice 2 for berth 7";
  await ines.getByLabel("What it is").fill("Invoice 2 for berth 7");
  await ines.getByLabel("From whom, and how").fill("Handed over by the harbour office against receipt 12.");
  await ines.getByLabel("Collected by").fill("Ines Calder");
  await ines.getByLabel("Collected on").fill("12 March 2026");
  await ines.getByLabel("Where", { exact: true }).fill("Merravin");
  await ines.getByLabel("With what").fill("by hand");
  await ines.getByLabel("Under which authority").fill("Inspectorate Act, section 12");
  await ines.getByLabel("File", { exact: true }).setInputFiles({ name: "invoice.html", mimeType: "text/html", buffer: Buffer.from(text) });
  await look(test, ines, "29-file-evidence");
  await press(ines, "File it");
  await says(ines, "Filed.");
  await look(test, ines, "30-evidence-item");
  const bytes = await ines.request.get(`${ines.url().split("?")[0]}/bytes`);
  assert.match(bytes.headers()["content-disposition"], /^attachment/);
  assert.equal(bytes.headers()["content-type"], "application/octet-stream");
  assert.equal(await bytes.text(), text);
}
evidence_is_filed_and_given_out_as_an_attachment.slowest = 300_000;

// From a task to an approved report: what the README's step on reports says, by a second person where it has to be.
export async function a_report_is_drafted_approved_and_filed(test) {
  const story = await test.desk.story();
  const title = "Berth 12, the report";
  const ines = await test.signIn("investigator");
  await open_case(ines, title);
  await press(ines, "Ask for approval");
  const home = ines.url();
  const sora = await test.signIn("supervisor");
  await approved(test, sora, title);

  await ines.goto(`${home}/search`);
  await ask(ines, { "Words, names or numbers": "Zzyzx Vanished Traders" });
  await ask(ines, { "Words, names or numbers": story.company.name });
  await open_company(ines, story);
  const record = ines.url();
  await follow(ines, "Add as subject");
  await ines.getByLabel("What the role rests on").fill("Named in the award of berth 12.");
  await press(ines, "Add as subject");
  await ines.goto(record);
  await ines.getByRole("link", { name: /^Cite / }).first().click();
  await ines.getByLabel("Title").fill("What the register says");
  await ines.getByLabel("Finding of fact").check();
  await ines.getByLabel("Text").fill("The register says so.");
  await press(ines, "Save");

  await ines.goto(`${home}/work`);
  await look(test, ines, "31-work-empty");
  await ines.getByLabel("What is to be done").fill("Ask the harbour office for the berth log");
  await ines.getByLabel("Working days").fill("5");
  await press(ines, "Set it");
  await says(ines, "5 working days left");
  await says(ines, "Zzyzx Vanished Traders");
  await ines.getByLabel("Hypothesis").fill("The bidder is what it says");
  await press(ines, "Put it up");
  await ines.locator("summary", { hasText: "Weigh something" }).click();
  await ines.getByLabel("Finding or exhibit").selectOption({ index: 1 });
  await ines.getByLabel("How it bears").selectOption({ label: "Speaks against it" });
  await ines.getByLabel("Why").fill("The entry is young.");
  await press(ines, "Keep it");
  await says(ines, "The entry is young.");
  await look(test, ines, "32-work");

  await follow(ines, "Reports");
  await look(test, ines, "33-reports-empty");
  await press(ines, "Draft it");
  await says(ines, "so a supervisor other than you decides");
  await says(ines, "speaks against it");
  await says(ines, "unclassified");
  await look(test, ines, "34-report-draft");

  await sora.goto(ines.url());
  await sora.getByLabel("Your remark").fill("Since when is it registered?");
  await press(sora, "Remark");
  await look(test, sora, "35-report-to-approve");
  await press(sora, "Approve this version");
  await says(sora, "Approved by");
  await ines.reload();
  await says(ines, "Since when is it registered?");
  const pdf = await ines.request.get(`${ines.url().split("#")[0]}/pdf`);
  assert.equal(pdf.status(), 200);
  assert.equal((await pdf.body()).subarray(0, 5).toString(), "%PDF-");
  await look(test, ines, "36-report-approved");
  await press(ines, "File it as evidence");
  await says(ines, "predicate-typeset");
}
a_report_is_drafted_approved_and_filed.slowest = 300_000;
