// Every screen that links lead to, for every role: whole with scripts and without, accessible, fitting its window.
//
// The walk starts where signing in leads and follows links of the desk, one page for each shape of address (parts of
// a path that hold a digit are taken for ids). Pages behind forms are for the tour.

import assert from "node:assert/strict";

import { roles } from "../harness/desk.mjs";

const MOST_PAGES = 60;
const FEWEST_PAGES = 3;

function shape(address) {
  const parts = new URL(address).pathname.split("/").filter(Boolean);
  return parts.map((part) => (/\d/.test(part) ? "x" : part)).join("-") || "start";
}

async function links(page) {
  return page.locator("a[href]").evaluateAll((anchors) => anchors.map((anchor) => new URL(anchor.href.baseVal ?? anchor.href, location.href).href.split("#")[0]));
}

// Visits one page of each shape and calls `look` on it; gives back the faults that it told and those of the walk.
async function walk(test, page, look) {
  const faults = [];
  const seen = new Set();
  const waiting = [page.url().split("#")[0]];
  while (waiting.length > 0 && seen.size < MOST_PAGES) {
    const address = waiting.shift();
    if (new URL(address).origin !== test.url || seen.has(shape(address))) continue;
    seen.add(shape(address));
    const answer = await page.request.get(address);
    const type = answer.headers()["content-type"] ?? "";
    const refused = answer.status() === 403;
    if (!answer.ok() && !refused) {
      faults.push(`${address}: a link to it is shown, and it answers ${answer.status()}`);
      continue;
    }
    if (!type.startsWith("text/html") || answer.headers()["content-disposition"]?.startsWith("attachment")) continue;
    try {
      await page.goto(address);
      await look(shape(address));
    } catch (error) {
      faults.push(`${address}: ${error.message}`);
    }
    waiting.push(...(await links(page)));
  }
  assert.ok(seen.size >= FEWEST_PAGES, `the walk saw only ${[...seen].join(", ")}`);
  return faults;
}

async function has_one_heading(page) {
  assert.equal(await page.locator("h1").count(), 1, "a page has one first heading");
  assert.notEqual((await page.title()).trim(), "", "a page has a title");
}

export async function every_screen_is_accessible_and_fits(test) {
  const faults = [];
  for (const role of await roles(test.desk)) {
    const page = await test.signIn(role);
    const found = await walk(test, page, async (screen) => {
      await test.screenshot(page, `${role.replaceAll(" ", "-")}-${screen}`);
      await has_one_heading(page);
      await test.fits(page);
      await test.axe(page);
    });
    faults.push(...found.map((fault) => `${role}: ${fault}`));
    await page.close();
  }
  assert.ok(faults.length === 0, faults.join("\n"));
}
every_screen_is_accessible_and_fits.slowest = 900_000;

export async function every_screen_is_whole_without_scripts(test) {
  const faults = [];
  for (const role of await roles(test.desk)) {
    const page = await test.signIn(role, { scripts: false });
    const found = await walk(test, page, async () => {
      await has_one_heading(page);
      const idle = await page.locator("button[type=button]:visible").allInnerTexts();
      assert.ok(idle.length === 0, `buttons that do nothing without scripts: ${idle.join(", ")}`);
      const forms = page.locator("form");
      const sending = page.locator("form:has(button:not([type=button]), input[type=submit])");
      assert.equal(await sending.count(), await forms.count(), "each form can be sent");
    });
    faults.push(...found.map((fault) => `${role}: ${fault}`));
    await page.close();
  }
  assert.ok(faults.length === 0, faults.join("\n"));
}
every_screen_is_whole_without_scripts.slowest = 600_000;
