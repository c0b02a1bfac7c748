// What people see at the far end of a real thin link while its rate changes: the page gives way, gets back
// its frame rate, says why, and takes more when there is more. It prints what it saw, so that it measures as
// well.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { cameraFps, figuresOf, framesSince, heldAfter, logFrames } from './frame_log.mjs';
import { blankPage, launchInside, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { refusal, ShapedLink } from './shaped_link.mjs';
import { until } from './wait.mjs';

/** Rate of a link that carries a good picture, megabits a second. */
const WIDE = 8;
/** Rate of a link that carries a small picture only, megabits a second. */
const THIN = 2;
/** Rate of the camera, frames a second. */
const CAMERA_FPS = 34;
/** Least share of that rate that the page has to hold. */
const BAND = 28 / CAMERA_FPS;
/** Time for which the rate has to be held to count as held, ms. */
const HELD_MS = 3_000;
/** Time over which figures are taken, ms. */
const MEASURED_MS = 6_000;
/** Longest wait, ms: a machine under load takes longer to encode, decode and decide. */
const BUSY_MACHINE_MS = 60_000;

/** Flags for the source: the clip of a real street where there is one. */
function source() {
  const clip = resolve(
    import.meta.dirname,
    '../..',
    process.env.STEADYCAST_TEST_DATA || '../shared/data',
    'plaza.avi',
  );
  return existsSync(clip) ? ['--source', clip, '--file-fps', String(CAMERA_FPS)] : ['--source', 'synthetic'];
}

/**
 * The link, or undefined where this user may not make one; then the test is skipped, and `make test` names
 * it.
 */
function linkFor(test) {
  const why = refusal();
  if (why === undefined) return ShapedLink.make(WIDE);
  test.skip(why);
  if (process.env.STEADYCAST_SKIPPED)
    appendFileSync(process.env.STEADYCAST_SKIPPED, `${test.name}: ${why}\n`);
  return undefined;
}

/** Opens a page at the far end of a link. */
async function watch(test, link) {
  // Without analytics, so that the link and not the machine is the bottleneck.
  const server = await Server.start(
    [...source(), '--host', link.host, '--insecure-open', 'on', '--analytics', 'off'],
    0,
    link.names.server,
  );
  test.after(() => server.stop());
  const browser = await launchInside(link.names.viewer);
  test.after(() => browser.close());
  test.after(() => link.remove());
  const viewer = new ViewerPage(await blankPage(browser));
  await logFrames(viewer.page);
  await viewer.page.goto(server.url);
  await viewer.remember();
  return viewer;
}

describe('a viewer at the far end of a thin link', () => {
  it('is back at its frame rate after each change of the link, and is told why', async (test) => {
    const link = linkFor(test);
    if (link === undefined) return;
    const viewer = await watch(test, link);
    const settled = async (mbit, sinceMs) => {
      const seen = await settle(viewer, sinceMs);
      test.diagnostic(`${mbit} Mbit/s: ${inWords(seen)}`);
      return seen;
    };
    const before = await settled(WIDE, Date.now());

    const thinMs = link.rate(THIN);
    const lower = (shown) => heightOf(shown) < heightOf(before.shown);
    const forTheLink = ({ steps }) => /of [\d.]+ FPS arrived|no picture arrived/.test(steps);
    await viewer.until(
      "a step down for the link's sake",
      (shown) => lower(shown) && forTheLink(shown),
      BUSY_MACHINE_MS,
    );
    const thin = await settled(THIN, thinMs);
    assert.ok(
      lower(thin.shown),
      `level ${thin.shown.level} at 1/${thin.shown.scale} on a quarter of the link`,
    );

    const wideMs = link.rate(WIDE);
    await viewer.until(
      'two steps up',
      (shown) => heightOf(shown) >= heightOf(thin.shown) + 10,
      BUSY_MACHINE_MS,
    );
    test.diagnostic(`two steps up after ${((Date.now() - wideMs) / 1000).toFixed(1)} s`);
    await settled(WIDE, wideMs);
    const { states } = await viewer.past();
    assert.deepEqual(
      states.filter((state) => state !== 'connecting'),
      ['open'],
      'the connection broke on the way',
    );
    assert.deepEqual(viewer.problems, []);
  });
});

/** Height of a rung as one number: any smaller picture is below any level of a larger one. */
function heightOf({ level, scale }) {
  return level - 100 * Math.log2(scale);
}

/**
 * Waits until the rate is in the band and stays there. Returns what the page shows then, and what was
 * measured from then on.
 */
async function settle(viewer, sinceMs) {
  const lately = async () => {
    const [fromMs, toMs] = [Math.max(sinceMs, Date.now() - HELD_MS), Date.now()];
    return { ms: toMs - fromMs, ...figuresOf(await framesSince(viewer.page, fromMs), fromMs, toMs) };
  };
  await until(
    'the rate of the camera',
    lately,
    ({ ms, share }) => ms >= HELD_MS && share >= BAND,
    BUSY_MACHINE_MS,
  );
  const settledMs = Date.now();
  await until(
    'figures to be taken',
    () => Date.now() - settledMs,
    (ms) => ms >= MEASURED_MS,
  );

  const all = await framesSince(viewer.page, sinceMs);
  const leastFps = BAND * cameraFps(all);
  const shown = await viewer.until('the rate to be shown', ({ fps }) => fps >= leastFps);
  const now = Date.now();
  const change = {
    backS: heldAfter(all, leastFps, sinceMs, now),
    oldest: figuresOf(all, sinceMs, now).oldest,
  };
  return { shown, change, link: figuresOf(await framesSince(viewer.page, settledMs), settledMs, Date.now()) };
}

function inWords({ shown, change, link }) {
  const back = `in the band after ${change.backS.toFixed(1)} s, oldest frame ${change.oldest.toFixed()} ms`;
  const rung = `level ${shown.level} at 1/${shown.scale}`;
  const rate = `${link.fps.toFixed(1)} FPS, ${(100 * link.share).toFixed()} % of the camera's`;
  const ages = `age p50 ${link.p50.toFixed()}, p95 ${link.p95.toFixed()} ms`;
  return `${back}; then ${rung}, ${rate}, ${ages}, ${link.mbit.toFixed(2)} Mbit/s of pictures`;
}
