// The viewer's page in a real browser. In: an address. Out: what the page shows, and all frames and states it
// went through. Tests hold on to the data-testid hooks here and nowhere else.
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { until } from './wait.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = {
  viewport: { width: 375, height: 720 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** A browser. @param {string[]} more arguments of its own */
export function launch(more = []) {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });
}

/** A browser in the network namespace of this name. */
export function launchInside(namespace) {
  const executablePath = resolve(import.meta.dirname, 'chromium_inside.sh');
  return chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: { ...process.env, NETWORK_NAMESPACE: namespace },
  });
}

/**
 * A fresh page, with cookies of its own, that has not been anywhere yet; it shows details, as to somebody who
 * has opened them before.
 * @param {import('playwright-core').Browser} browser
 */
export async function blankPage(browser, options = DESKTOP) {
  const page = await firstPage(browser, options);
  await page.addInitScript(() => {
    // Documents without an origin keep nothing.
    if (globalThis.origin !== 'null') globalThis.localStorage.setItem('steadycast.details', 'on');
  });
  return page;
}

/** The page of somebody who comes for the first time. @param {import('playwright-core').Browser} browser */
export async function firstPage(browser, options = DESKTOP) {
  const context = await browser.newContext(options);
  return context.newPage();
}

/** The list of services in the bar of a page. */
export class ServicesList {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.list = page.getByTestId('services');
  }

  async open() {
    await this.list.getByText('Services').click();
  }

  /** What is said of a service. @param {string} name */
  said(name) {
    return this.list.getByTestId(`service-${name}`).innerText();
  }

  /** Sends a test by a service. @param {string} name */
  async try(name) {
    await this.list.getByTestId(`service-${name}`).getByRole('button').click();
  }

  isOpen() {
    return this.list.evaluate((list) => list.open);
  }

  /** Whether all words of the open list are inside of it. */
  fits() {
    return this.list.getByRole('list').evaluate((list) => list.scrollWidth <= list.clientWidth);
  }

  /** Where the open list and its buttons lie on the page. */
  async boxes() {
    const parts = [this.list.getByRole('list'), ...(await this.list.getByRole('button').all())];
    return Promise.all(parts.map((part) => part.boundingBox()));
  }
}

/**
 * What the page shows. Figures that the page does not know are NaN.
 * @typedef {object} Shown
 * @property {string} connection state, as the hook names it
 * @property {string} camera state, as the hook names it
 * @property {string} cameraText
 * @property {number} level
 * @property {number} fps
 * @property {number} delay milliseconds
 * @property {number} skipped
 * @property {number} scale of the picture size, 1 for full
 * @property {string} reason
 * @property {string} mode
 * @property {string} steps the last ones, with their reasons
 * @property {number} frame number of the picture on the canvas
 * @property {number} frameLevel level of the picture on the canvas
 * @property {number} frameScale scale of the picture on the canvas
 * @property {boolean} dim whether the picture is shown as an old one
 * @property {string} notice what stands over the picture
 */

export class ViewerPage {
  /** Script errors, and whatever the browser complained about. @type {string[]} */
  problems = [];
  /** Number of WebSockets opened so far. */
  sockets = 0;

  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
    page.on('websocket', () => this.sockets++);
  }

  /** @param {import('playwright-core').Browser} browser @param {string} url */
  static async open(browser, url, options = DESKTOP) {
    const viewer = new ViewerPage(await blankPage(browser, options));
    await viewer.page.goto(url);
    await viewer.remember();
    return viewer;
  }

  /** Notes every frame and state from now on; a page that is loaded again forgets. */
  async remember() {
    await this.hook('video').waitFor({ state: 'attached' });
    await this.page.evaluate(noteChanges);
  }

  /** @param {string} name @returns {import('playwright-core').Locator} */
  hook(name) {
    return this.page.getByTestId(name);
  }

  /** @returns {Promise<Shown>} */
  shown() {
    return this.page.evaluate(readPage);
  }

  /** Every frame number painted, state of the connection and notice with it, since `remember` was called. */
  past() {
    return this.page.evaluate(() => globalThis.steadycastPast);
  }

  /** @param {string} what @param {(shown: Shown) => boolean} holds @param {number} [withinMs] */
  until(what, holds, withinMs) {
    return until(what, () => this.shown(), holds, withinMs);
  }

  /** Waits until the picture is live and has gone on by so many frames. */
  async moves(frames = 10) {
    const from = (await this.past()).frames.length;
    const live = ({ painted, shown }) =>
      painted >= from + frames && shown.connection === 'open' && !shown.dim;
    const look = async () => ({ painted: (await this.past()).frames.length, shown: await this.shown() });
    await until(`${frames} more frames after ${from}`, look, live);
  }

  async close() {
    await this.page.context().close();
  }
}

/* What follows runs in the browser. */

function noteChanges() {
  const video = document.querySelector('[data-testid="video"]');
  const connection = document.querySelector('[data-testid="connection"]');
  const past = { frames: [], states: [connection.dataset.state], notices: [] };
  globalThis.steadycastPast = past;
  const watch = (element, attribute, note) =>
    new MutationObserver(() => note(element.getAttribute(attribute))).observe(element, {
      attributeFilter: [attribute],
    });
  watch(video, 'data-frame', (frame) => past.frames.push(Number(frame)));
  watch(connection, 'data-state', (state) => {
    past.states.push(state);
    // The page changes all at once, so this is what stands there in that state.
    past.notices.push(document.querySelector('.notice-title')?.textContent ?? '');
  });
}

function readPage() {
  const hook = (name) => document.querySelector(`[data-testid="${name}"]`);
  const text = (name) => hook(name)?.textContent ?? '';
  const state = (name) => hook(name)?.dataset.state ?? '';
  const figure = (name) => Number.parseFloat(text(name));
  const { frame, level, scale, dim } = hook('video')?.dataset ?? {};
  return {
    connection: state('connection'),
    camera: state('camera-state'),
    cameraText: text('camera-state'),
    level: figure('level'),
    scale: Number.parseFloat(hook('size-word')?.dataset.scale ?? ''),
    steps: text('steps'),
    fps: figure('fps'),
    delay: figure('delay'),
    skipped: figure('skipped'),
    reason: text('reason'),
    mode: hook('quality-select')?.value === 'automatic' ? 'automatic' : 'manual',
    frame: Number.parseFloat(frame ?? ''),
    frameLevel: Number.parseFloat(level ?? ''),
    frameScale: Number.parseFloat(scale ?? ''),
    dim: dim === 'true',
    notice: document.querySelector('.notice')?.textContent ?? '',
  };
}
