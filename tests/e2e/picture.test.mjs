// What people see while all is well: a moving picture at the right rate, the quality they choose, on a
// desktop and on a phone, with and without the viewer's page around it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { blankPage, launch, PHONE, ViewerPage } from './page.mjs';
import { comparePicture } from './pixels.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const HOOKS = [
  'video',
  'level',
  'reason',
  'fps',
  'delay',
  'skipped',
  'connection',
  'camera-state',
  'quality-select',
  'style-select',
  'graph',
  'steps',
  'fullscreen',
];
/** Least spread of a picture that is not plain, and least share that changes while one person walks. */
const SOMETHING_TO_SEE = { spread: 10, changed: 0.001 };
/** Longest wait, ms: a full rate needs a machine that has time for it. */
const BUSY_MACHINE_MS = 40_000;

const browser = await launch();
after(() => browser.close());

describe('the picture', () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server?.stop());

  it('moves, at the rate of the camera, and nothing complains', async (test) => {
    // Chosen, so that a busy machine does not make the picture smaller.
    const viewer = await ViewerPage.open(browser, `${server.url}/?level=60`);
    test.after(() => viewer.close());
    const live = await viewer.until(
      'a steady picture',
      ({ fps, delay }) => fps >= 20 && delay >= 0,
      BUSY_MACHINE_MS,
    );
    assert.equal(live.connection, 'open');
    assert.equal(live.camera, 'streaming');

    const canvas = '[data-testid="video"]';
    const first = await comparePicture(viewer.page, canvas);
    assert.deepEqual([first.width, first.height], [1280, 720]);
    assert.ok(first.spread > SOMETHING_TO_SEE.spread, `a plain picture, spread ${first.spread}`);
    await viewer.moves(30);
    const { frames } = await viewer.past();
    const twice = frames.findIndex((frame, index) => frame <= frames[index - 1]);
    assert.equal(twice, -1, `frame ${frames[twice]} was painted after ${frames[twice - 1]}`);
    const second = await comparePicture(viewer.page, canvas);
    assert.ok(second.changed > SOMETHING_TO_SEE.changed, `${second.changed * 100} % of the pixels changed`);
    assert.deepEqual(viewer.problems, []);
  });

  it('takes the level that is chosen without a gap, and goes on by itself on "Automatic"', async (test) => {
    const viewer = await ViewerPage.open(browser, server.url);
    test.after(() => viewer.close());
    await viewer.until('a picture', ({ connection, frame }) => connection === 'open' && frame > 0);
    await viewer.remember();

    await viewer.hook('quality-select').selectOption('50');
    const chosen = await viewer.until(
      'a picture at level 50',
      ({ frameLevel, level }) => frameLevel === 50 && level === 50,
    );
    assert.equal(chosen.mode, 'manual');
    await viewer.until('the reason', ({ reason }) => reason === 'chosen by hand');
    await viewer.hook('quality-select').selectOption('automatic');
    await viewer.until('a better picture', ({ frameLevel }) => frameLevel > 50, BUSY_MACHINE_MS);

    const { frames, states } = await viewer.past();
    const back = frames.findIndex((frame, index) => index > 0 && frame <= frames[index - 1]);
    assert.equal(back, -1, `frame ${frames[back]} was painted after ${frames[back - 1]}`);
    assert.deepEqual(states, ['open']);
    assert.equal(viewer.sockets, 1);
  });

  it('takes the size that is chosen, and draws it as large as before', async (test) => {
    const viewer = await ViewerPage.open(browser, `${server.url}/?level=60`);
    test.after(() => viewer.close());
    await viewer.until('a picture', ({ frameScale }) => frameScale === 1);
    const before = await viewer.hook('video').boundingBox();
    await viewer.hook('size-select').selectOption('4');
    const chosen = await viewer.until(
      'a quarter',
      ({ frameScale, scale }) => frameScale === 4 && scale === 4,
    );
    assert.equal(chosen.frameLevel, 60);
    const { width, height } = await comparePicture(viewer.page, '[data-testid="video"]');
    assert.deepEqual([width, height], [320, 180]);
    assert.deepEqual(await viewer.hook('video').boundingBox(), before);
    await viewer.page.goto(`${server.url}/?level=60&scale=8`);
    await viewer.until('an eighth', ({ frameScale }) => frameScale === 8);
  });

  it('remembers what to keep on a thin link', async (test) => {
    const viewer = await ViewerPage.open(browser, server.url);
    test.after(() => viewer.close());
    assert.equal(await viewer.hook('style-select').inputValue(), 'smooth');
    await viewer.hook('style-select').selectOption('sharp');
    await viewer.page.reload();
    await viewer.until('a picture', ({ frame }) => frame > 0);
    assert.equal(await viewer.hook('style-select').inputValue(), 'sharp');
  });

  it('fits on a phone, with everything in reach', async (test) => {
    const viewer = await ViewerPage.open(browser, server.url, PHONE);
    test.after(() => viewer.close());
    await viewer.until('all figures', ({ fps, delay, skipped }) => fps > 0 && delay >= 0 && skipped >= 0);
    await assertFitsAcross(viewer.page);
    for (const name of HOOKS) {
      assert.ok(await viewer.hook(name).isVisible(), `${name} cannot be seen`);
      const box = await viewer.hook(name).boundingBox();
      assert.ok(
        box.x >= 0 && box.x + box.width <= PHONE.viewport.width,
        `${name} reaches from ${box.x} over ${box.width} pixels`,
      );
    }
  });

  it('is one link away from an address that leads nowhere', async (test) => {
    const page = await blankPage(browser);
    test.after(() => page.context().close());
    const viewer = new ViewerPage(page);
    await page.goto(`${server.url}/no/such/page`);
    assert.match(await viewer.hook('not-found').innerText(), /no page at \/no\/such\/page/);
    assert.equal(viewer.sockets, 0);
    await viewer.hook('not-found').locator('a').click();
    await viewer.until('a picture', ({ connection, frame }) => connection === 'open' && frame > 0);
    assert.equal(page.url(), `${server.url}/`);
    assert.deepEqual(viewer.problems, []);
  });

  it('plays in a bare tab as MJPEG', async (test) => {
    const page = await blankPage(browser);
    test.after(() => page.context().close());
    // Such a page never ends loading.
    await page.goto(`${server.url}/video_feed`, { waitUntil: 'commit' });
    await page.locator('img').waitFor();
    const look = () => comparePicture(page, 'img');
    const first = await until('a picture', look, ({ width }) => width > 0);
    assert.deepEqual([first.width, first.height], [1280, 720]);
    await until(
      'a picture that moves',
      look,
      ({ changed, spread }) => changed > 0 && spread > SOMETHING_TO_SEE.spread,
    );
  });
});

describe('a lost camera', () => {
  it('is said to be lost, under a slate instead of a picture', async (test) => {
    const server = await Server.start(['--source', '/nonexistent.mp4']);
    test.after(() => server.stop());
    const viewer = await ViewerPage.open(browser, server.url, PHONE);
    test.after(() => viewer.close());
    // The figure of skipped frames comes with the server's word on the camera; before that the page only
    // supposes.
    const told = await viewer.until('a slate', ({ frame, skipped }) => frame >= 0 && skipped >= 0);
    assert.equal(told.connection, 'open');
    assert.ok(['connecting', 'reconnecting'].includes(told.camera), told.camera);
    assert.match(told.cameraText, /camera/i);
    await viewer.until('the quality to rest', ({ reason }) => reason === 'paused while the camera is away');
    const slate = await comparePicture(viewer.page, '[data-testid="video"]');
    assert.deepEqual([slate.width, slate.height], [1280, 720]);
    assert.ok(slate.spread > 1, 'the slate says nothing');
    await assertFitsAcross(viewer.page);
  });
});

/** @param {import('playwright-core').Page} page */
async function assertFitsAcross(page) {
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.deepEqual(widths, [PHONE.viewport.width, PHONE.viewport.width], 'the page scrolls sideways');
}
