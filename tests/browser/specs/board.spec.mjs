// The link board and the timeline as an investigator uses them: with the pointer, from the keyboard, and without scripts.

import assert from "node:assert/strict";

const COMPANY = "Astrolavos";

// A case of the investigator's own with two companies as subjects, found by name.
async function prepared(test, page) {
  const story = await test.desk.story();
  await page.goto(`${test.url}/cases`);
  const links = await page.locator("a[href^='/cases/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const home = links.find((href) => /^\/cases\/\w{26}$/.test(href));
  if (!home) test.skip("the investigator has no case");
  const token = await page.locator("input[name=csrf]").first().inputValue();
  const send = async (method, address, data) => {
    const answer = await page.request.fetch(`${test.url}/api${home}${address}`, { method, data, headers: { "x-csrf": token } });
    assert.ok(answer.ok(), `${address} answers ${answer.status()}: ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  };
  await send("PUT", "/reason", { line: "ownership", settles: "who stands behind the bidder" });
  for (const text of [story.company.name, COMPANY]) {
    const { things } = await send("POST", "/search", { text });
    for (const hit of things.hits.slice(0, 2)) await send("POST", "/subjects", { record: hit.record });
  }
  return home;
}

const settled = (page) =>
  page.waitForFunction(() => {
    const host = document.querySelector("[data-board]");
    return host && "ready" in host.dataset && !("arranging" in host.dataset);
  });

const shown = (page) =>
  page.evaluate(() => {
    const { state } = document.querySelector("[data-board]").board;
    return { nodes: state.shown.nodes.length, edges: state.shown.edges.length, steps: state.steps.length, chosen: state.chosen?.id ?? null };
  });

const live = (page) => page.locator("#live").innerText();

export async function the_board_is_walked_from_the_keyboard_and_its_tables_follow(test) {
  const page = await test.signIn("investigator");
  const home = await prepared(test, page);
  await page.goto(`${test.url}${home}/board`);
  await settled(page);
  const before = await shown(page);
  await page.locator("[data-board-canvas]").focus();
  await page.keyboard.press("ArrowRight");
  assert.ok((await shown(page)).chosen, "an arrow chooses a node");
  await page.keyboard.press("q");
  await page.waitForFunction(() => document.querySelector("[data-board-side] h3, [data-board-side] p.quiet:not(.small)"));
  await page.keyboard.press("e");
  await page.waitForFunction((steps) => document.querySelector("[data-board]").board.state.steps.length > steps, before.steps);
  const after = await shown(page);
  assert.ok(after.nodes > before.nodes && after.edges > before.edges, `a step brings more: ${JSON.stringify([before, after])}`);
  await page.waitForFunction((many) => document.querySelectorAll("[data-board-nodes] tr").length === many, after.nodes);
  await page.keyboard.press("n");
  assert.match(await live(page), /, .+, /, "a link is told with both its ends");
  await page.keyboard.press("Enter");
  assert.ok(await page.evaluate(() => document.activeElement.closest("[data-board-side]")), "Enter goes into the drawer");
  await page.keyboard.press("Escape");
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-board-canvas]")), "Escape comes back");
  await page.keyboard.press("Control+z");
  assert.deepEqual((await shown(page)).nodes, before.nodes, "the step is taken back");
  await page.keyboard.press("Control+Shift+z");
  assert.deepEqual((await shown(page)).nodes, after.nodes, "and taken again");
  await test.axe(page);
  await test.fits(page);
  await test.screenshot(page, "board");
}

export async function a_kept_view_opens_as_it_was_left(test) {
  const page = await test.signIn("investigator");
  const home = await prepared(test, page);
  await page.goto(`${test.url}${home}/board`);
  await settled(page);
  const rows = page.locator("[data-board-nodes] tr");
  await page.waitForFunction(() => document.querySelector("[data-board-nodes] button"));
  await rows.first().getByRole("button").click();
  await page.getByRole("button", { name: "Expand", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("[data-board]").board.state.steps.length === 1);
  await page.getByLabel("Remark").fill("Who signs for it?");
  await page.getByLabel("Remark").blur();
  await page.getByLabel("Layout").selectOption("circle");
  await settled(page);
  const left = await shown(page);
  const places = () => page.evaluate(() => [...document.querySelector("[data-board]").board.state.nodes.values()].map((node) => [node.id, Math.round(node.x) + 0, Math.round(node.y) + 0]).sort());
  const before = await places();
  await page.getByLabel("Name of this view").fill("As it was left");
  await page.getByRole("button", { name: "Keep this view for the team" }).click();
  await page.waitForURL(/view=/);
  await settled(page);
  assert.deepEqual(await places(), before, "every node stands where it stood");
  assert.equal((await shown(page)).edges, left.edges);
  await page.waitForFunction(() => document.querySelector("[data-board-nodes]").innerText.includes("Who signs for it?"));
  const plain = await test.signIn("investigator", { scripts: false });
  await plain.goto(page.url());
  const text = await plain.locator("[data-board-nodes]").innerText();
  assert.ok(text.includes("Who signs for it?"), "the table without scripts has the remark");
  assert.equal(await plain.locator("[data-board-nodes] tr").count(), left.nodes, "and the same identities");
}

export async function board_and_timeline_are_whole_without_scripts(test) {
  const page = await test.signIn("investigator", { scripts: false });
  const home = await prepared(test, page);
  await page.goto(`${test.url}${home}/board`);
  const before = await page.locator("[data-board-nodes] tr").count();
  assert.ok(before >= 3, `${before} subjects`);
  assert.equal(await page.locator("canvas:visible, [data-board-tools]:visible").count(), 0, "no drawing without scripts");
  for (let at = 0; at < before; at += 1) {
    const step = page.getByRole("link", { name: /^Expand/ }).first();
    if (await step.count()) await Promise.all([page.waitForLoadState("load"), step.click()]);
  }
  assert.ok((await page.locator("[data-board-nodes] tr").count()) > before, "steps are links");
  await page.locator("[data-board-edges] details summary").first().click();
  assert.ok((await page.locator("[data-board-edges] details[open] dt").count()) > 0, "an edge opens to its statements");
  await page.goto(`${test.url}${home}/timeline`);
  const all = await page.locator("[data-walk-list] tr").count();
  assert.ok(all > 3, `${all} events`);
  await page.getByLabel("Kind", { exact: true }).selectOption("decision");
  await Promise.all([page.waitForLoadState("load"), page.getByRole("button", { name: "Show" }).click()]);
  const decisions = await page.locator("[data-walk-list] tr").count();
  assert.ok(decisions > 0 && decisions < all, `${decisions} of ${all}`);
  await Promise.all([page.waitForLoadState("load"), page.getByRole("link", { name: "Farther" }).click()]);
  assert.match(page.url(), /from=\d{4}-\d\d-\d\d&until=/, "the range is in the address");
}

export async function the_timeline_is_accessible_and_fits(test) {
  const page = await test.signIn("investigator");
  const home = await prepared(test, page);
  await page.goto(`${test.url}${home}/timeline`);
  assert.ok((await page.locator("svg.timeline rect").count()) > 3, "events are drawn");
  await test.axe(page);
  await test.fits(page);
  await test.screenshot(page, "timeline");
}
