// Deltas in a real browser: the picture that the page composes of them is the one that the server has, after
// changes of the rung, the camera and the connection, out of sight, on a thin link, with a slow decoder and
// without a decoding thread, and after a long time.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { unlikeness } from './alike.mjs';
import {
  endWorker,
  forbidWorkers,
  likeness,
  loseDeltas,
  makeSlowable,
  noteParts,
  partsOf,
  slowness,
} from './composed.mjs';
import { setLayers, turnAway } from './overlay.mjs';
import { blankPage, launch, ViewerPage } from './page.mjs';
import { freePort, Server } from './server.mjs';
import { Throttle } from './throttle.mjs';
import { until } from './wait.mjs';

/** Longest wait, ms: encoder, browser and tests share the processors. */
const BUSY_MACHINE_MS = 60_000;
/**
 * Deltas of the last test, ten thousand in a long run; those between two comparisons, and the least share of
 * the source's frames that a busy machine still draws.
 */
const MANY = { deltas: process.env.STEADYCAST_LONG ? 10_000 : 1_000, apart: 500, share: 0.25 };
/** Frames a second of the drawn plaza, and those at which a clip is played for the long test. */
const FPS = { plaza: 34, clip: 120 };
/** Link that carries a complete picture of the plaza in two thirds of a second, bytes a second. */
const THIN = 125_000;

const browser = await launch();
after(() => browser.close());

/** How near right pictures came, by which the bounds of `unlikeness` are judged. */
const right = { least: Infinity, worst: 0 };
after(() => console.log(`pictures alike by ${right.least.toFixed(2)} dB, blocks off by ${right.worst}`));

/** Flags of a server whose machine has time for pictures. */
const PICTURES_ONLY = ['--analytics', 'off'];

/**
 * Opens a page at level 80. `prepare` is given the page before it has been anywhere, `through` the server,
 * and says by which address it is to be seen.
 */
async function watch(test, { flags = PICTURES_ONLY, query = '', port, prepare, through } = {}) {
  const server = await Server.start(flags, port);
  test.after(() => server.stop());
  const url = (await through?.(server)) ?? server.url;
  const viewer = new ViewerPage(await blankPage(browser));
  test.after(() => viewer.close());
  await noteParts(viewer.page);
  await prepare?.(viewer.page);
  await viewer.page.goto(`${url}/?level=80${query}`);
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

/** Has the picture be as the server's, as a whole and block by block. */
async function assertAlike(viewer, when, { scale = 1, camera } = {}) {
  const found = await likeness(viewer.page, { level: 80, scale, camera });
  const wrong = unlikeness(found);
  assert.equal(wrong, undefined, `${wrong} ${when}`);
  right.least = Math.min(right.least, found.decibels);
  right.worst = Math.max(right.worst, found.worst);
}

describe('a picture made of deltas', () => {
  it('is the one that the server has, and takes less', async (test) => {
    const viewer = await watch(test);
    // While the decoding thread begins, the page may fall behind.
    const { keys: before } = await partsOf(viewer.page);
    await moreDeltas(viewer, 100);
    const { whole, keys } = await partsOf(viewer.page);
    assert.ok(whole >= 1 && whole < 10, `${whole} complete frames`);
    // A busy machine may fall behind once.
    assert.ok(keys <= before + 1, `${keys - before} complete frames asked for`);
    await assertAlike(viewer, 'after 100 deltas');
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
      const { keys: before } = await partsOf(viewer.page);
      await viewer.hook('size-select').selectOption(String(scale));
      await viewer.until(`a picture at 1/${scale}`, ({ frameScale }) => frameScale === scale);
      await moreDeltas(viewer, 20);
      const asked = (await partsOf(viewer.page)).keys - before;
      assert.ok(asked <= 1, `${asked} complete frames asked for at 1/${scale}`);
      await assertAlike(viewer, `at 1/${scale}`, { scale });
    }
  });

  it('stays so while what stands still becomes sharper', async (test) => {
    const viewer = await watch(test);
    await until(
      'sharper blocks',
      () => partsOf(viewer.page),
      ({ refined }) => refined >= 50,
      BUSY_MACHINE_MS,
    );
    await assertAlike(viewer, 'after blocks were made sharper');
  });

  it('stays so where a thin link brings pictures in parts', async (test) => {
    let link;
    const through = async ({ port }) => {
      link = await Throttle.start(port);
      test.after(() => link.stop());
      return link.url;
    };
    const viewer = await watch(test, { through });
    link.rate = THIN;
    for (const scale of [2, 1]) {
      await viewer.hook('size-select').selectOption(String(scale));
      await viewer.until(
        `a picture at 1/${scale}`,
        ({ frameScale }) => frameScale === scale,
        BUSY_MACHINE_MS,
      );
    }
    await until(
      'parts',
      () => partsOf(viewer.page),
      ({ sweep }) => sweep >= 5,
      BUSY_MACHINE_MS,
    );
    link.rate = Infinity;
    await moreDeltas(viewer, 20);
    await assertAlike(viewer, 'after a picture came in parts');
  });

  it('is that of another camera where one is chosen', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'steadycast-deltas-'));
    test.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'cameras.toml');
    const table = (name, width, height) =>
      `[${name}]\nsource = "synthetic"\nwidth = ${width}\nheight = ${height}\nanalytics = false\n`;
    await writeFile(file, table('gate', 640, 360) + table('yard', 320, 180));
    const viewer = await watch(test, { flags: ['--cameras', file] });
    await moreDeltas(viewer, 20);
    await viewer.hook('camera-menu').click();
    await viewer.page.locator('[data-testid="camera-entry"][data-camera="yard"]').click();
    const width = () => viewer.hook('video').evaluate(({ dataset }) => Number(dataset.width));
    await until('a picture of the other camera', width, (pixels) => pixels === 320);
    await moreDeltas(viewer, 20);
    await assertAlike(viewer, 'of the other camera', { camera: 'yard' });
  });

  it('is that of the server that came back', async (test) => {
    const port = await freePort();
    let crashed;
    const through = (server) => {
      crashed = server;
    };
    const viewer = await watch(test, { port, through });
    await moreDeltas(viewer, 20);
    await crashed.kill();
    await viewer.until('the loss to be told', ({ connection }) => connection === 'waiting');
    const restarted = await Server.start(PICTURES_ONLY, port);
    test.after(() => restarted.stop());
    await moreDeltas(viewer, 20);
    await assertAlike(viewer, 'after the server came back');
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
    await assertAlike(viewer, 'while the decoder is slow');
    // So slow that some deltas are drawn, and some are not.
    await slowness(viewer.page, 50);
    await assertAlike(viewer, 'while the decoder is a little slow');
    const { frames } = await viewer.past();
    // One that is given again as a complete picture is painted again.
    const back = frames.findIndex((frame, at) => at > 0 && frame < frames[at - 1]);
    assert.equal(back, -1, `frame ${frames[back]} was painted after ${frames[back - 1]}`);
    await slowness(viewer.page, 0);
    await viewer.moves(30);
    await assertAlike(viewer, 'after the decoder was slow');
  });

  it('is seen to be another one where deltas are lost', async (test) => {
    const viewer = await watch(test, { prepare: loseDeltas });
    await moreDeltas(viewer, 200);
    // A complete picture that has just come is a right one.
    const look = () => likeness(viewer.page, { level: 80, scale: 1 });
    const found = await until('another picture', look, (seen) => unlikeness(seen) !== undefined);
    test.diagnostic(`lost deltas: ${unlikeness(found)}`);
  });

  it('is composed on the page where there can be no worker', async (test) => {
    const viewer = await watch(test, { prepare: forbidWorkers });
    await moreDeltas(viewer, 50);
    await assertAlike(viewer, 'without a worker');
  });

  for (const how of ['with an error', 'in silence'])
    it(`goes on where the decoding thread ends ${how}`, async (test) => {
      const viewer = await watch(test);
      await moreDeltas(viewer, 20);
      await endWorker(viewer.page, how);
      await viewer.moves();
      await moreDeltas(viewer, 20);
      await assertAlike(viewer, `after the decoding thread ended ${how}`);
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
    const viewer = await watch(test);
    const blocks = () => viewer.hook('overlay').evaluate(({ dataset }) => Number(dataset.blocks));
    assert.equal(await blocks(), 0);
    await setLayers(viewer, ['blocks'], true);
    await until('blocks', blocks, (many) => many > 0);
    await setLayers(viewer, ['blocks'], false);
    await until('no blocks', blocks, (many) => many === 0);
  });

  it(`is still the same after ${MANY.deltas} deltas`, async (test) => {
    const folder = process.env.STEADYCAST_TEST_DATA || '../shared/data';
    const clip = resolve(import.meta.dirname, '../..', folder, 'plaza.avi');
    const source = existsSync(clip) ? ['--source', clip, '--file-fps', String(FPS.clip)] : [];
    const viewer = await watch(test, { flags: [...source, ...PICTURES_ONLY] });
    const fps = source.length > 0 ? FPS.clip : FPS.plaza;
    const composed = async () => (await partsOf(viewer.page)).composed;
    const withinMs = Math.max(BUSY_MACHINE_MS, (1000 * MANY.apart) / (MANY.share * fps));
    for (let many = MANY.apart; many <= MANY.deltas; many += MANY.apart) {
      await until(`${many} deltas to be drawn`, composed, (drawn) => drawn >= many, withinMs);
      await assertAlike(viewer, `after ${many} deltas`);
    }
    const { longestRun, whole } = await partsOf(viewer.page);
    test.diagnostic(`${whole} complete frames; ${longestRun} deltas in a row without one`);
  });
});
