// Documents as they look: pages with what is marked on them, by keyboard; a folder sent, and sent again.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

const CASE = /^\/cases\/\w{26}$/;

async function home(test, page) {
  await page.goto(`${test.url}/cases`);
  const links = await page.locator("a[href^='/cases/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  return links.find((href) => CASE.test(href));
}

export async function a_page_is_shown_with_its_marks_and_turned_by_keys(test) {
  const page = await test.signIn("investigator");
  const at = await home(test, page);
  await page.goto(`${test.url}${at}/documents?words=type:pdf+the*`);
  const hit = page.locator("a.rowlink").first();
  if ((await hit.count()) === 0) test.skip("no PDF of the demonstration was read: there is no reader of documents");
  await hit.click();
  const picture = page.locator("svg.sheet-page image");
  await picture.waitFor();
  const href = await picture.getAttribute("href");
  const answer = await page.request.get(`${test.url}${href}`);
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()["content-type"], "image/png");
  assert.match(answer.headers()["content-security-policy"], /sandbox/);
  assert.ok((await page.locator(".pm-found rect").count()) > 0, "what was looked for is marked on the picture");
  assert.ok((await page.locator("svg .words text[data-from]").count()) > 5, "the words lie over the picture");
  await page.keyboard.press("n");
  assert.equal(await page.locator(".pm.at").count(), 1, "a key goes to a mark");
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  assert.match(await page.locator("[data-viewer]").getAttribute("class"), /zoom-150/);
  assert.match(await picture.getAttribute("href"), /width=2000/);
  await page.keyboard.press("0");
  assert.match(await page.locator("[data-viewer]").getAttribute("class"), /zoom-fit/);
}

export async function a_folder_is_sent_once_and_its_receipt_names_every_file(test) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "predicate-folder-"));
  try {
    const inner = path.join(folder, "stick", "letters");
    await mkdir(inner, { recursive: true });
    for (let at = 0; at < 25; at += 1) await writeFile(path.join(inner, `letter-${at}.txt`), `Letter ${at} about berth seven.\n`);
    await writeFile(path.join(folder, "stick", "large.bin"), Buffer.alloc(9 << 20, 7));
    const page = await test.signIn("investigator");
    const at = await home(test, page);
    await page.goto(`${test.url}${at}/uploads`);
    const story = { name: "stick", source: "harbour office", collector: "Jonas", collected: "2026-03-12", place: "Port", tool: "by hand", authority: "warrant 7" };
    for (const [name, value] of Object.entries(story)) await page.locator(`[name=${name}]`).fill(value);
    await page.getByRole("button", { name: "Begin" }).click();
    for (let turn = 0; turn < 2; turn += 1) {
      await page.locator("#f-folder").setInputFiles(path.join(folder, "stick"));
      await page.locator("[data-upload][data-finished]").waitFor({ timeout: 60_000 });
      assert.match(await page.locator("[data-so-far]").textContent(), /26 of 26 files are here/);
      await page.reload();
      const shown = await page.locator("main").textContent();
      assert.match(shown, /all files taken/);
      assert.match(shown, /stick\/letters\/letter-24\.txt/);
      assert.equal(await page.locator("table.register tbody tr").count(), 26, "each file once");
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
