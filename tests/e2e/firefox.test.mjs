// The page in Firefox: pictures made of deltas are the server's, what is found lies over them, all cameras
// move at once, and other pages open.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { unlikeness } from './alike.mjs';
import { likeness, noteParts, partsOf } from './composed.mjs';
import { FirefoxPage, launchFirefox } from './firefox.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

/** Longest wait, ms: encoder, browser and tests share the processors. */
const BUSY_MACHINE_MS = 60_000;
/** Frames by which Firefox shows what a worker has drawn later than the worker says so, on a busy machine. */
const BEHIND = 6;

const browser = await launchFirefox();
after(() => browser.close());

/** Opens a page of a server with these flags; at the end of the test nothing may have gone wrong in it. */
async function open(test, flags, path) {
  const server = await Server.start(flags);
  test.after(() => server.stop());
  const page = await FirefoxPage.blank(browser);
  test.after(() => page.close());
  await noteParts(page);
  await page.goto(`${server.url}${path}`);
  return page;
}

/** Waits until every picture of the page, of which there are so many, has gone on by some frames. */
async function moves(page, pictures) {
  const look = () => page.frames();
  await until(`${pictures} pictures`, look, (frames) => frames.length === pictures && !frames.includes(0));
  const from = await page.frames();
  const moved = (frames) => frames.every((frame, n) => frame > from[n] + 5);
  await until(`all go on from ${from}`, look, moved, BUSY_MACHINE_MS);
}

describe('in Firefox', () => {
  it('a picture made of deltas is the one that the server has', async (test) => {
    const page = await open(test, ['--analytics', 'off'], '/?level=80');
    const look = () => partsOf(page);
    await until('a hundred deltas', look, ({ composed }) => composed >= 100, BUSY_MACHINE_MS);
    const wrong = unlikeness(await likeness(page, { level: 80, scale: 1, behind: BEHIND }));
    assert.equal(wrong, undefined, wrong);
    assert.deepEqual(page.problems, []);
  });

  it('what is found lies over the picture, and stands beside it', async (test) => {
    const page = await open(test, [], '/');
    await moves(page, 1);
    const people = async () => Number((await page.texts('people'))[0]);
    await until('people are counted', people, (count) => count > 0, BUSY_MACHINE_MS);
    await until('something is drawn', () => page.evaluate(drawn), Boolean, BUSY_MACHINE_MS);
    assert.deepEqual(page.problems, []);
  });

  it('all cameras move at once, and the way leads on to events', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'steadycast-firefox-'));
    test.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'cameras.toml');
    const table = (name) =>
      `[${name}]\nsource = "synthetic:people=8"\nwidth = 640\nheight = 360\nanalytics = false\n`;
    await writeFile(file, table('gate') + table('yard'));
    const page = await open(test, ['--cameras', file], '/?layout=grid');
    await moves(page, 2);
    await page.evaluate(() => document.querySelector('a[href="/events"]').click());
    await until(
      'events',
      () => page.evaluate(() => document.title),
      (title) => title.startsWith('Events'),
    );
    assert.deepEqual(page.problems, []);
  });
});

/* What follows runs in the browser. */

/** Whether anything is drawn on the overlay. */
function drawn() {
  const overlay = document.querySelector('[data-testid="overlay"]');
  const { width, height } = overlay;
  if (width === 0 || height === 0) return false;
  return overlay
    .getContext('2d')
    .getImageData(0, 0, width, height)
    .data.some((value) => value > 0);
}
