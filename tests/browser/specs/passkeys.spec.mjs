// A passkey in a real browser: made in an account with the browser's own authenticator, used to sign in and as a second
// factor, and refused when the device does not verify the person.

import assert from "node:assert/strict";

// Passkeys are for names: the demonstration is `localhost` as well as the number that it prints.
function named(test) {
  test.url = test.url.replace("127.0.0.1", "localhost");
}

async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  const verifies = (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { verifies };
}

const presses = (page, name) =>
  Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).click()]);

export async function a_passkey_is_made_signs_in_and_is_a_second_factor(test) {
  named(test);
  const { user, password } = await test.desk.signIn("records_officer");
  const page = await test.signIn("records_officer");
  const device = await authenticator(page);
  await page.goto(`${test.url}/account`);
  await Promise.all([page.waitForNavigation(), page.getByRole("link", { name: "Make a passkey" }).click()]);
  await test.axe(page);
  await page.getByLabel("Name of the device").fill("Laptop");
  await page.getByLabel("Password").fill(password);
  await presses(page, "Go on");
  await test.axe(page);
  await test.screenshot(page, "passkey-make");
  await presses(page, "Make it now");
  assert.match(await page.locator("h1").innerText(), /recovery codes/i);
  await Promise.all([page.waitForNavigation(), page.getByRole("link", { name: "Go on" }).click()]);
  assert.match(await page.locator("main").innerText(), /Laptop\s+passkey/);

  await presses(page, "Sign out");
  await test.axe(page);
  await test.screenshot(page, "sign-in-with-passkey");
  await presses(page, "Use a passkey");
  assert.equal(new URL(page.url()).pathname, "/cases");

  await presses(page, "Sign out");
  await test.fillSignIn(page, user, password);
  assert.equal(new URL(page.url()).pathname, "/sign-in/code");
  await presses(page, "Use a passkey");
  assert.equal(new URL(page.url()).pathname, "/cases");

  // A device that does not verify who touches it gives no answer that would do.
  await presses(page, "Sign out");
  await device.verifies(false);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.locator("[data-said]:not(:empty)").waitFor();
  assert.equal(new URL(page.url()).pathname, "/sign-in");

  // The account as it was, for the stories that follow.
  await device.verifies(true);
  await presses(page, "Use a passkey");
  await page.goto(`${test.url}/account`);
  await presses(page, /Take away/);
  assert.doesNotMatch(await page.locator("main").innerText(), /Laptop/);
}
