// What the page takes of a browser, of deltas beside complete pictures of the same stream. In: the program,
// built, and the clip where it is to be had. Out: CPU for each painted frame, and an exit code that is not
// zero where deltas take more or hardly anything was painted. Run by hand on a machine that does nothing
// else: node benches/page.mjs. The browser is that of tests/e2e, whose packages are needed (npm ci there).
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, ViewerPage } from '../tests/e2e/page.mjs';
import { Server } from '../tests/e2e/server.mjs';

/** Rounds, of which the median counts. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** Painted frames before measuring begins: the page has loaded, and codes of the browser's are compiled. */
const WARM_FRAMES = 150;
/** Time that is measured, ms. */
const MEASURED_MS = 20_000;
/** The level that is watched, in full size. */
const LEVEL = 80;
/** Frames that must be painted a second: without them there is nothing to compare. */
const LEAST_FPS = 30;
/** What must not become more. */
const JUDGED = ['main', 'renderer', 'drawing'];
/** What is asked for: the page takes deltas by itself. */
const FORMS = { complete: '&delta=0', deltas: '' };

/**
 * Milliseconds for each painted frame, and frames a second.
 * @typedef {object} Cost
 * @property {number} main thread of the page, busy
 * @property {number} renderer the page's process, with the threads that decode
 * @property {number} drawing that process and the one of the GPU, which may draw what the page has drawn
 * @property {number} browser all processes of the browser
 * @property {number} fps
 */

/** What was used so far: seconds, and painted frames. @param {ViewerPage} viewer */
async function used(viewer, { page, browser }) {
  const { metrics } = await page.send('Performance.getMetrics');
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const cpu = (holds) => processInfo.filter(holds).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  return {
    main: metrics.find(({ name }) => name === 'TaskDuration').value,
    renderer: cpu(({ type }) => type === 'renderer'),
    drawing: cpu(({ type }) => type === 'renderer' || type === 'GPU'),
    browser: cpu(() => true),
    frames: (await viewer.past()).frames.length,
  };
}

/** What a form costs in a browser of its own. @param {string} url @returns {Promise<Cost>} */
async function cost(url) {
  const browser = await launch();
  try {
    const viewer = await ViewerPage.open(browser, url);
    const page = await viewer.page.context().newCDPSession(viewer.page);
    const tools = { page, browser: await browser.newBrowserCDPSession() };
    await page.send('Performance.enable');
    for (let frames = 0; frames < WARM_FRAMES; frames += 30) await viewer.moves(30);
    const before = await used(viewer, tools);
    const began = performance.now();
    await sleep(MEASURED_MS);
    const after = await used(viewer, tools);
    const seconds = (performance.now() - began) / 1000;
    const frames = after.frames - before.frames;
    const each = (what) => ((after[what] - before[what]) / frames) * 1000;
    return {
      main: each('main'),
      renderer: each('renderer'),
      drawing: each('drawing'),
      browser: each('browser'),
      fps: frames / seconds,
    };
  } finally {
    await browser.close();
  }
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const folder = process.env.STEADYCAST_TEST_DATA || '../shared/data';
const clip = resolve(import.meta.dirname, '..', folder, 'plaza.avi');
const source = existsSync(clip) ? ['--source', clip, '--file-fps', '34'] : [];
const server = await Server.start([...source, '--analytics', 'off']);
/** @type {Record<string, Cost[]>} */
const costs = { complete: [], deltas: [] };
try {
  for (let round = 0; round < ROUNDS; round++)
    for (const [form, query] of Object.entries(FORMS)) {
      const found = await cost(`${server.url}/?level=${LEVEL}${query}`);
      console.log(form, JSON.stringify(found));
      costs[form].push(found);
    }
} finally {
  await server.stop();
}
for (const what of [...JUDGED, 'browser', 'fps']) {
  const [complete, deltas] = [costs.complete, costs.deltas].map((all) => median(all.map((one) => one[what])));
  const ratio = deltas / complete;
  // All processes together are told only. What could not be measured is missed: no comparison holds of NaN.
  const missed =
    (JUDGED.includes(what) && !(complete > 0 && ratio <= 1)) ||
    (what === 'fps' && !(Math.min(complete, deltas) >= LEAST_FPS));
  if (missed) process.exitCode = 1;
  const figures = `complete ${complete.toFixed(2)}, deltas ${deltas.toFixed(2)}, ratio ${ratio.toFixed(2)}`;
  console.log(`${what.padEnd(8)} ${figures}${missed ? '  MISSED' : ''}`);
}
