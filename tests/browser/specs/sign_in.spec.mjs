// The first screen: signing in, with scripts and without, and what a wrong password leads to.

import assert from "node:assert/strict";

export async function sign_in_page_renders(test) {
  const page = await test.page();
  const answer = await page.goto(`${test.url}/`);
  assert.equal(answer.status(), 200);
  assert.notEqual(await page.title(), "");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.equal(await page.locator("h1").count(), 1);
  assert.equal(await page.locator("input[type=password]").count(), 1);
  await test.fits(page);
  await test.axe(page);
  await test.screenshot(page, "sign-in");
}

export async function sign_in_works_without_scripts(test) {
  const page = await test.signIn("investigator", { scripts: false });
  assert.equal(await page.locator("h1").count(), 1);
}

export async function wrong_password_is_answered_in_words(test) {
  const { user } = await test.desk.signIn("investigator");
  const page = await test.page();
  await page.goto(`${test.url}/`);
  await test.fillSignIn(page, user, "not the password");
  assert.equal(await page.locator("input[type=password]").count(), 1);
  const message = page.locator("[role=alert]");
  assert.ok((await message.innerText()).trim().length > 0);
  await test.axe(page);
  await test.screenshot(page, "sign-in-refused");
}
