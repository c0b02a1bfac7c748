// Deltas in a real browser: the picture that the page composes of them is the one that the server has, after
// changes of the rung, out of sight, with a slow decoder and without a decoding thread, and after a long
// time.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { forbidWorkers, likeness, makeSlowable, noteParts, partsOf, slowness } from './composed.mjs';
import { setLayers, turnAway } from './overlay.mjs';
import { blankPage, launch, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

/** Least likeness of a composed picture at level 80 to a complete one, dB. */
const ALIKE_DB = 38;
/** Longest wait, ms: encoder, browser and tests share the processors. */
const BUSY_MACHINE_MS = 60_000;
/** Frames of the long test, frames a second that its file is played at, and the longest wait for them, ms. */
const LONG = { frames: 10_000, fps: 120, withinMs: 240_000 };

const browser = await launch();
after(() => browser.close());

/** Flags of a server whose machine has time for pictures. */
const PICTURES_ONLY = ['--analytics', 'off'];

/** Opens a page at level 80. `prepare` is given the page before it has been anywhere. */
async function watch(test, { flags = PICTURES_ONLY, query = '', prepare } = {}) {
  const server = await Server.start(flags);
  test.after(() => server.stop());
  const viewer = new ViewerPage(await blankPage(browser));
  test.after(() => viewer.close());
  await noteParts(viewer.page);
  await prepare?.(viewer.page);
  await viewer.page.goto(`${server.url}/?level=80${query}`);
  await viewer.remember();
  await viewer.moves();
  return viewer;
}

/** Waits until so many more deltas have come. */
async function moreDeltas(viewer, many) {
  const { delta: from } = await partsOf(viewer.page);
  const look = () => partsOf(viewer.page);
  await until(`${many} more deltas`, look, ({ delta }) => delta >= from + many, BUSY_MACHINE_MS);
}

async function assertAlike(viewer, when, scale = 1) {
  const alike = await likeness(viewer.page, { level: 80, scale });
  assert.ok(alike >= ALIKE_DB, `${alike.toFixed(1)} dB ${when}`);
}

describe('a picture made of deltas', () => {
  it('is the one that the server has, and takes less', async (test) => {
    const viewer = await watch(test);
    await moreDeltas(viewer, 100);
    await assertAlike(viewer, 'after 100 deltas');
    const { whole, keys } = await partsOf(viewer.page);
    assert.ok(whole >= 1 && whole < 10, `${whole} complete frames`);
    assert.equal(keys, 0);
    const look = async () => ({
      now: Number.parseFloat(await viewer.hook('mbit').innerText()),
      page: await viewer.page.locator('.figures').innerText(),
    });
    const { now, page } = await until('figures', look, (seen) => seen.page.includes('as whole frames'));
    const full = Number(/([\d.]+) as whole frames/.exec(page)?.[1]);
    assert.ok(now > 0 && now < full, `${now} of ${full} Mbit/s`);
    assert.deepEqual(viewer.problems, []);
  });

  it('stays so through changes of the size', async (test) => {
    const viewer = await watch(test);
    for (const scale of [4, 1, 2, 1]) {
      await viewer.hook('size-select').selectOption(String(scale));
      await viewer.until(`a picture at 1/${scale}`, ({ frameScale }) => frameScale === scale);
      await moreDeltas(viewer, 20);
      await assertAlike(viewer, `at 1/${scale}`, scale);
    }
    assert.equal((await partsOf(viewer.page)).keys, 0);
  });

  it('goes on with a complete one after nobody could see it', async (test) => {
    const viewer = await watch(test);
    await moreDeltas(viewer, 20);
    await turnAway(viewer, true);
    await moreDeltas(viewer, 20);
    await turnAway(viewer, false);
    const asked = () => partsOf(viewer.page);
    await until('a complete picture', asked, ({ keys, whole }) => keys >= 1 && whole >= 2);
    await viewer.moves();
    await assertAlike(viewer, 'after the page was out of sight');
  });

  it('gives up what a slow decoder cannot do, asks for a complete one, paints none wrong', async (test) => {
    const viewer = await watch(test, { prepare: makeSlowable });
    await slowness(viewer.page, 300);
    const look = async () => ({
      keys: (await partsOf(viewer.page)).keys,
      here: Number(/; (\d+) here/.exec(await viewer.page.locator('.figures').innerText())?.[1]),
    });
    const behind = ({ keys, here }) => keys > 1 && here > 3;
    await until('frames to be dropped', look, behind, BUSY_MACHINE_MS);
    const { frames } = await viewer.past();
    const back = frames.findIndex((frame, at) => at > 0 && frame <= frames[at - 1]);
    assert.equal(back, -1, `frame ${frames[back]} was painted after ${frames[back - 1]}`);
    await slowness(viewer.page, 0);
    await viewer.moves(30);
    await assertAlike(viewer, 'after the decoder was slow');
  });

  it('is composed on the page where there can be no worker', async (test) => {
    const viewer = await watch(test, { prepare: forbidWorkers });
    await moreDeltas(viewer, 50);
    await assertAlike(viewer, 'without a worker');
  });

  it('is made of complete frames where the page is told so', async (test) => {
    const viewer = await watch(test, { query: '&delta=0' });
    await assertAlike(viewer, 'of complete frames');
    const { whole, delta } = await partsOf(viewer.page);
    // Sockets that ask for no deltas are not counted.
    assert.deepEqual([whole, delta], [0, 0]);
    assert.doesNotMatch(await viewer.page.locator('.figures').innerText(), /as whole frames/);
  });

  it('shows which blocks were sent to whoever wants to know', async (test) => {
    const viewer = await watch(test, { flags: [] });
    const blocks = () => viewer.hook('overlay').evaluate(({ dataset }) => Number(dataset.blocks));
    assert.equal(await blocks(), 0);
    await setLayers(viewer, ['blocks'], true);
    await until('blocks', blocks, (many) => many > 0);
    await setLayers(viewer, ['blocks'], false);
    await until('no blocks', blocks, (many) => many === 0);
  });

  it('is still the same after ten thousand frames', async (test) => {
    const folder = process.env.STEADYCAST_TEST_DATA || '../shared/data';
    const clip = resolve(import.meta.dirname, '../..', folder, 'plaza.avi');
    const source = existsSync(clip) ? ['--source', clip, '--file-fps', String(LONG.fps)] : [];
    const viewer = await watch(test, { flags: [...source, ...PICTURES_ONLY] });
    const { frame: from } = await viewer.shown();
    await viewer.until('many frames', ({ frame }) => frame >= from + LONG.frames, LONG.withinMs);
    await assertAlike(viewer, `after ${LONG.frames} frames`);
  });
});
