// The overlay on the picture, and the panel beside it. In: a viewer's page. Out: what is drawn and said there
// now. Tests hold on to the hooks of the analytics here and nowhere else.
import { comparePicture } from './pixels.mjs';
import { until } from './wait.mjs';

export const LAYERS = ['boxes', 'labels', 'trails', 'heat', 'lines'];
const OVERLAY = '[data-testid="overlay"]';

/**
 * Numbers of things that are drawn.
 * @typedef {object} Drawn
 * @property {number} frame number of the frame that they were drawn for; NaN before the first
 * @property {number} boxes
 * @property {number} labels
 * @property {number} trails
 * @property {number} lines
 * @property {number} zones
 * @property {boolean} heat whether there is a heat map
 */

/** @param {import('./page.mjs').ViewerPage} viewer @returns {Promise<Drawn>} */
export function drawn(viewer) {
  return viewer.hook('overlay').evaluate(({ dataset }) => {
    const names = ['frame', 'boxes', 'labels', 'trails', 'lines', 'zones'];
    const numbers = Object.fromEntries(names.map((name) => [name, Number.parseFloat(dataset[name])]));
    return { ...numbers, heat: dataset.heat === 'true' };
  });
}

/** Compares what is drawn with what was drawn at the last look. */
export function look(viewer) {
  return comparePicture(viewer.page, OVERLAY);
}

/**
 * Figures of the panel.
 * @typedef {object} Findings
 * @property {number} people
 * @property {number} persons number of objects that are persons
 * @property {number} rate results a second
 * @property {number} delay milliseconds
 * @property {string} risk
 * @property {number} lines number of lines in the table
 */

/** @param {import('./page.mjs').ViewerPage} viewer @returns {Promise<Findings>} */
export function findings(viewer) {
  return viewer.page.evaluate(() => {
    const text = (selector) => document.querySelector(selector)?.textContent ?? '';
    const figure = (name) => Number.parseFloat(text(`[data-testid="${name}"]`));
    return {
      people: figure('people'),
      persons: Number.parseFloat(text('[data-testid="counts"] [data-class="person"] dd')),
      rate: figure('analytics-rate'),
      delay: figure('analytics-delay'),
      risk: text('[data-testid="risk"]'),
      lines: document.querySelectorAll('[data-testid="line-counts"] tbody tr[data-line]').length,
    };
  });
}

/**
 * Does to the page what the browser does when the person turns to another tab and back; a page without a
 * window cannot be covered in earnest.
 */
export function turnAway(viewer, away) {
  return viewer.page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    away ? 'hidden' : 'visible',
  );
}

/** Switches layers on or off, as a person would. */
export async function setLayers(viewer, names, on) {
  for (const name of names) {
    const layer = viewer.hook(`layer-${name}`);
    // Until a result of its kind has come a layer is barred, and looks switched off.
    await until(
      `layer ${name}`,
      () => layer.isEnabled(),
      (enabled) => enabled,
    );
    await layer.setChecked(on);
  }
}

/**
 * Notes the analytics messages of sockets opened from now on.
 * @param {import('playwright-core').Page} page
 */
export function noteAnalytics(page) {
  /** @type {{ asked: boolean[], results: number }} */
  const heard = { asked: [], results: 0 };
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(payload.toString());
      if (message.type === 'analytics') heard.asked.push(message.enabled);
    });
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string' && payload.includes('"type":"analytics"')) heard.results++;
    });
  });
  return heard;
}
