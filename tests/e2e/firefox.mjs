// A page in Firefox, through the protocol that every browser speaks (WebDriver BiDi). In: an address. Out:
// what the page holds. It has the few calls of Playwright's pages that what is shared with Chromium needs:
// Playwright itself drives only a Firefox of its own.
import puppeteer from 'puppeteer-core';

/** @returns {Promise<import('puppeteer-core').Browser>} */
export function launchFirefox() {
  const executablePath = process.env.FIREFOX || '/usr/bin/firefox-esr';
  return puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
}

export class FirefoxPage {
  /** Script errors, and whatever the browser complained about. @type {string[]} */
  problems = [];

  /** @param {import('puppeteer-core').Page} page */
  constructor(page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
  }

  /** A fresh page that has not been anywhere yet. @param {import('puppeteer-core').Browser} browser */
  static async blank(browser) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    return new FirefoxPage(page);
  }

  addInitScript(script) {
    return this.page.evaluateOnNewDocument(script);
  }

  goto(url) {
    return this.page.goto(url);
  }

  evaluate(script, argument) {
    return this.page.evaluate(script, argument);
  }

  /** What each element of this hook says. */
  texts(hook) {
    return this.page.$$eval(`[data-testid="${hook}"]`, (found) => found.map((each) => each.textContent));
  }

  /** Numbers of the frames that are painted, one for each picture on the page. */
  frames() {
    return this.page.$$eval('[data-testid="video"]', (found) =>
      found.map(({ dataset }) => Number(dataset.frame ?? 0)),
    );
  }

  click(hook) {
    return this.page.click(`[data-testid="${hook}"]`);
  }

  close() {
    return this.page.close();
  }
}
