// What a spec holds in its hand: pages with and without scripts, signing in, screenshots, the accessibility check.
//
// Every page is watched: a script error, or a request to anywhere but the desk, fails the test that opened it.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const WIDTHS = [1440, 1024, 390];
const SCHEMES = ["light", "dark"];
const HEIGHT = 900;

// Thrown by `skip`: the test cannot show what it is for.
export class Skip extends Error {}

export function launch(executablePath) {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

export class Test {
  constructor(name, browser, desk, screens) {
    this.name = name;
    this.desk = desk;
    this.url = desk.url;
    this.browser = browser;
    this.screens = screens;
    this.contexts = [];
    this.complaints = [];
  }

  skip(reason) {
    throw new Skip(reason);
  }

  // A new page of its own visitor, at 1440 px unless told otherwise.
  async page({ scripts = true, width = WIDTHS[0], scheme = "light" } = {}) {
    const context = await this.browser.newContext({
      javaScriptEnabled: scripts,
      viewport: { width, height: HEIGHT },
      colorScheme: scheme,
      locale: "en-GB",
      timezoneId: "UTC",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(20_000);
    this.contexts.push(context);
    context.on("page", (page) => this.watch(page));
    return context.newPage();
  }

  // The same without scripts: what a court prints.
  noscript(options = {}) {
    return this.page({ ...options, scripts: false });
  }

  watch(page) {
    page.on("pageerror", (error) => this.complaints.push(`script error on ${page.url()}: ${error.message}`));
    page.on("request", (request) => {
      const target = new URL(request.url());
      if (["http:", "https:"].includes(target.protocol) && target.origin !== this.url) {
        this.complaints.push(`request to ${target.origin} from ${page.url()}`);
      }
    });
  }

  // A page of the role's person, signed in through the form, standing where the desk leads.
  async signIn(role, options = {}) {
    const { user, password } = await this.desk.signIn(role);
    const page = await this.page(options);
    await page.goto(`${this.url}/`);
    await this.fillSignIn(page, user, password);
    const left = await page.locator('form[action="/sign-in"] input[type=password]').count();
    assert.equal(left, 0, `\`${role}\` is still asked for a password at ${page.url()}`);
    return page;
  }

  // Fills and sends the sign-in form of the page, and waits for the answer.
  async fillSignIn(page, user, password) {
    const form = page.locator("form:has(input[type=password])");
    await form.locator("input[type=text], input[type=email], input:not([type])").first().fill(user);
    await form.locator("input[type=password]").fill(password);
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      form.locator("button[type=submit], button:not([type]), input[type=submit]").first().click(),
    ]);
    await page.waitForLoadState("load");
  }

  // Full-page pictures at three widths, light and dark, in artefacts/screens.
  async screenshot(page, name) {
    await mkdir(this.screens, { recursive: true });
    const before = page.viewportSize();
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        await page.screenshot({ path: path.join(this.screens, `${name}-${width}-${scheme}.png`), fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(before);
  }

  // Fails on accessibility faults of serious or critical impact, in light and in dark.
  async axe(page) {
    const source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
    const faults = [];
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.evaluate(source);
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run({
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          resultTypes: ["violations"],
        }),
      );
      for (const { id, impact, help, nodes } of violations) {
        if (impact !== "serious" && impact !== "critical") continue;
        const where = nodes.map((node) => node.target.join(" ")).slice(0, 5).join("; ");
        faults.push(`${impact} ${id} (${scheme}): ${help}: ${where}`);
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    assert.ok(faults.length === 0, `accessibility faults at ${page.url()}:\n${faults.join("\n")}`);
  }

  // Nothing may scroll the page sideways at any width; tables scroll inside themselves.
  async fits(page) {
    const before = page.viewportSize();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${page.url()} is ${wide} px wide in a window of ${width} px`);
    }
    await page.setViewportSize(before);
  }

  checkPages() {
    assert.ok(this.complaints.length === 0, this.complaints.join("\n"));
  }

  // Pictures of what stood on the screen when the test failed.
  async keepFailure() {
    await mkdir(this.screens, { recursive: true });
    const pages = this.contexts.flatMap((context) => context.pages());
    for (const [at, page] of pages.entries()) {
      const file = `failed-${this.name.replaceAll("::", "-")}-${at + 1}.png`;
      // A page that is gone cannot be pictured; the failure itself is told in any case.
      await page.screenshot({ path: path.join(this.screens, file), fullPage: true, timeout: 5_000 }).catch(() => {});
    }
  }

  async close() {
    for (const context of this.contexts) await context.close();
  }
}
