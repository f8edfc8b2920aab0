// The map, the page of a subject and ways between two: from the keyboard alone, without scripts, and checked by axe.

import assert from "node:assert/strict";

// The case of the demonstration with three companies as subjects.
async function prepared(test, page) {
  await page.goto(`${test.url}/cases`);
  const cases = await page.locator("a[href^='/cases/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const home = cases.find((href) => /^\/cases\/\w{26}$/.test(href));
  const token = await page.locator("input[name=csrf]").first().inputValue();
  const send = (method, address, data) => page.request.fetch(`${test.url}/api${home}${address}`, { method, data, headers: { "x-csrf": token } });
  await send("PUT", "/reason", { line: "ownership", settles: "where the bidders sit" });
  const found = await (await send("POST", "/search", { text: "Shipping", limit: 3 })).json();
  for (const hit of found.things.hits) await send("POST", "/subjects", { record: hit.record });
  return home;
}

export async function from_the_keyboard_alone_one_reads_a_subject_and_the_map(test) {
  const page = await test.signIn("investigator");
  const home = await prepared(test, page);
  await page.goto(`${test.url}${home}`);
  const go = async (letter, where) => {
    await page.keyboard.press("g");
    await Promise.all([page.waitForURL(where), page.keyboard.press(letter)]);
  };
  await go("b", /\/subjects$/);
  await page.keyboard.press("j");
  await Promise.all([page.waitForURL(/\/subjects\/\w{26}$/), page.keyboard.press("Enter")]);
  assert.ok(await page.getByRole("heading", { name: "Coverage" }).count(), "which sources were asked");
  assert.ok((await page.locator("tr[data-kind=fact]").count()) > 0, "what sources say");
  await test.axe(page);
  await go("a", /\/map$/);
  assert.ok((await page.locator("svg.map .map-mark").count()) > 0, "places are drawn");
  const drawing = page.locator("[aria-label='Drawing of the map']");
  await drawing.focus();
  const before = await page.locator("svg.map").getAttribute("viewBox");
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.locator("svg.map").getAttribute("viewBox"), before, "nearer and to the right");
  const detail = page.getByRole("link", { name: "Draw this part in detail" });
  await detail.focus();
  await Promise.all([page.waitForURL(/at=.*span=/), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("#errors").count(), 0, "the part can be read");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("timeline");
  await Promise.all([page.waitForURL(/\/timeline$/), page.keyboard.press("Enter")]);
}

export async function the_map_and_a_subject_are_accessible_and_fit(test) {
  const page = await test.signIn("investigator");
  const home = await prepared(test, page);
  const subjects = await (await page.request.get(`${test.url}/api${home}/subjects`)).json();
  for (const [name, path] of [["map", "/map"], ["map_near", "/map?at=-27.02,46.0&span=0.1"], ["subject", `/subjects/${subjects.subjects[0].id}`], ["ways", `/ways?from=${subjects.subjects[0].record}&to=${subjects.subjects[1].record}`], ["parts", "/parts"]]) {
    await page.goto(`${test.url}${home}${path}`);
    await test.axe(page);
    await test.fits(page);
    await test.screenshot(page, name);
  }
}

export async function the_map_is_whole_without_scripts(test) {
  const page = await test.signIn("investigator", { scripts: false });
  const home = await prepared(test, page);
  await page.goto(`${test.url}${home}/map`);
  const rows = await page.locator("#places + .scroll tbody tr").count();
  assert.ok(rows > 0, "the table holds the places");
  await Promise.all([page.waitForLoadState("load"), page.getByRole("link", { name: "Nearer" }).click()]);
  assert.match(page.url(), /at=.*span=/, "the part is in the address");
  assert.equal(await page.locator("#places + .scroll tbody tr").count(), rows, "the table holds them all");
  await page.getByLabel("Kind", { exact: true }).selectOption("document");
  await Promise.all([page.waitForLoadState("load"), page.getByRole("button", { name: "Show" }).click()]);
  assert.ok((await page.locator("#places + .scroll tbody tr").count()) < rows, "filtered");
}
