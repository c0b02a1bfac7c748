// What people see of the analytics: boxes, heat, lines and figures, each only if they want it, and nothing
// where there are none.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { drawn, findings, LAYERS, look, noteAnalytics, setLayers, turnAway } from './overlay.mjs';
import { blankPage, launch, PHONE, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

/** Longest wait, ms: models share the processors with the encoder, the browser and the tests. */
const BUSY_MACHINE_MS = 60_000;
/** Number of frames after which no result in flight is drawn any more. */
const A_WHILE = 40;

const browser = await launch();
after(() => browser.close());

describe('the analytics', () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server?.stop());

  async function watch(test, options) {
    const viewer = new ViewerPage(await blankPage(browser, options));
    test.after(() => viewer.close());
    const heard = noteAnalytics(viewer.page);
    await viewer.page.goto(server.url);
    await viewer.remember();
    return { viewer, heard };
  }

  const boxed = (viewer) =>
    until(
      'a box',
      () => drawn(viewer),
      ({ boxes }) => boxes > 0,
      BUSY_MACHINE_MS,
    );

  it('find people, and say so over the picture and in figures', async (test) => {
    const { viewer } = await watch(test);
    await boxed(viewer);
    const all = ({ labels, lines, heat }) => labels > 0 && lines > 0 && heat;
    await until('everything drawn', () => drawn(viewer), all, BUSY_MACHINE_MS);
    const known = ({ people, persons, rate, delay, lines }) =>
      people > 0 && persons > 0 && rate > 0 && delay > 0 && lines > 0;
    const { risk } = await until('all figures', () => findings(viewer), known, BUSY_MACHINE_MS);
    assert.match(risk, /^(Low|Moderate|High|Critical)$/);
    assert.ok((await look(viewer)).spread > 1, 'the overlay is empty');
    assert.deepEqual(viewer.problems, []);
  });

  it('are drawn for the frame that is shown, over all of it, and let clicks through', async (test) => {
    const { viewer } = await watch(test);
    await boxed(viewer);
    // Read in one go: the picture moves on between two looks.
    const seen = await viewer.page.evaluate(() => {
      const [video, overlay] = ['video', 'overlay'].map((name) =>
        document.querySelector(`[data-testid="${name}"]`),
      );
      const place = (element) => JSON.stringify(element.getBoundingClientRect());
      const { left, top, width, height } = overlay.getBoundingClientRect();
      const middle = document.elementFromPoint(left + width / 2, top + height / 2);
      const hit = middle?.closest('[data-testid]')?.getAttribute('data-testid');
      return {
        frames: [video.dataset.frame, overlay.dataset.frame],
        same: place(video) === place(overlay),
        hit,
      };
    });
    assert.equal(seen.frames[0], seen.frames[1]);
    assert.deepEqual({ same: seen.same, hit: seen.hit }, { same: true, hit: 'video' });
  });

  it('move with the picture between two results', async (test) => {
    const { viewer } = await watch(test);
    await boxed(viewer);
    await setLayers(viewer, ['heat', 'lines', 'labels', 'trails'], false);
    await look(viewer);
    await viewer.moves(5);
    // On a busy machine results may be too late to draw for a moment.
    await until(
      'boxes that move',
      () => look(viewer),
      ({ changed }) => changed > 0,
      BUSY_MACHINE_MS,
    );
  });

  it('leave out each layer that is switched off, now and on the next visit', async (test) => {
    const { viewer } = await watch(test);
    await boxed(viewer);
    await setLayers(viewer, ['boxes'], false);
    const without = await drawn(viewer);
    assert.equal(without.boxes, 0);
    assert.ok(without.lines > 0);
    await setLayers(viewer, ['labels', 'trails', 'heat', 'lines'], false);
    assert.equal((await look(viewer)).spread, 0);

    await viewer.page.reload();
    await viewer.remember();
    await until(
      'figures',
      () => findings(viewer),
      ({ people }) => people > 0,
      BUSY_MACHINE_MS,
    );
    assert.deepEqual(
      await Promise.all(LAYERS.map((name) => viewer.hook(`layer-${name}`).isChecked())),
      LAYERS.map(() => false),
    );
    assert.equal((await look(viewer)).spread, 0);
    await setLayers(viewer, ['boxes'], true);
    await boxed(viewer);
  });

  it('are not sent to a page that shows nothing of them, and are again when it does', async (test) => {
    const { viewer, heard } = await watch(test);
    await boxed(viewer);
    await setLayers(viewer, LAYERS, false);
    assert.deepEqual(heard.asked, [], 'the panel still needs results');
    await viewer.hook('analytics-toggle').click();
    await viewer.hook('analytics-panel').waitFor({ state: 'detached' });
    await until(
      'the server to be told',
      () => heard.asked,
      (asked) => asked.length > 0,
    );
    await viewer.moves(A_WHILE);
    const { results } = heard;
    await viewer.moves(A_WHILE);
    assert.equal(heard.results, results, 'results still come');

    await viewer.hook('analytics-toggle').click();
    await until(
      'results',
      () => heard.results,
      (now) => now > results,
      BUSY_MACHINE_MS,
    );
    assert.deepEqual(heard.asked, [false, true]);
  });

  it('are not sent to a page that nobody can see', async (test) => {
    const { viewer, heard } = await watch(test);
    await boxed(viewer);
    await turnAway(viewer, true);
    await until(
      'the server to be told',
      () => heard.asked,
      (asked) => asked.length > 0,
    );
    await turnAway(viewer, false);
    const { results } = heard;
    await until(
      'results',
      () => heard.results,
      (now) => now > results + 5,
      BUSY_MACHINE_MS,
    );
    assert.deepEqual(heard.asked, [false, true]);
    await boxed(viewer);
  });

  it('have their layers in reach in full screen', async (test) => {
    const { viewer } = await watch(test);
    await boxed(viewer);
    assert.equal(await viewer.hook('layers-toggle').count(), 0, 'the panel has the switches');
    await viewer.hook('fullscreen').click();
    await viewer.hook('layers-toggle').click();
    await viewer.hook('stage-layer-boxes').setChecked(false);
    assert.equal((await drawn(viewer)).boxes, 0);
    const inside = await viewer
      .hook('layers-card')
      .evaluate((card) => document.fullscreenElement?.contains(card) ?? false);
    assert.ok(inside, 'the switches are not part of what fills the screen');
    await viewer.hook('fullscreen').click();
    await viewer.hook('layers-card').waitFor({ state: 'detached' });
    assert.equal(await viewer.hook('layer-boxes').isChecked(), false, 'the panel says otherwise');
  });

  it('fit on a phone, with everything in reach', async (test) => {
    const { viewer } = await watch(test, PHONE);
    await boxed(viewer);
    await until(
      'figures',
      () => findings(viewer),
      ({ people, lines }) => people > 0 && lines > 0,
      BUSY_MACHINE_MS,
    );
    const widths = await viewer.page.evaluate(() => [
      document.documentElement.scrollWidth,
      window.innerWidth,
    ]);
    assert.deepEqual(widths, [PHONE.viewport.width, PHONE.viewport.width], 'the page scrolls sideways');
    const pixels = await viewer.hook('overlay').evaluate((canvas) => canvas.width / canvas.clientWidth);
    assert.equal(pixels, PHONE.deviceScaleFactor, 'the overlay is not as sharp as the screen');
    for (const name of [
      'people',
      'risk',
      'line-counts',
      'analytics-toggle',
      ...LAYERS.map((layer) => `layer-${layer}`),
    ]) {
      const box = await viewer.hook(name).boundingBox();
      assert.ok(
        box !== null && box.x >= 0 && box.x + box.width <= PHONE.viewport.width,
        `${name} is out of reach`,
      );
    }
    const over = await viewer.hook('line-counts').evaluate((table) => {
      const rights = [...table.querySelectorAll('th, td')].map((cell) => cell.getBoundingClientRect().right);
      return Math.max(...rights) - table.getBoundingClientRect().right;
    });
    assert.ok(over < 1, `a column reaches ${over} pixels over the edge`);
  });
});

describe('a server without analytics', () => {
  it('is said to have none, and nothing of them is shown', async (test) => {
    const server = await Server.start(['--analytics', 'off']);
    test.after(() => server.stop());
    const viewer = await ViewerPage.open(browser, server.url);
    test.after(() => viewer.close());
    await viewer.moves();
    assert.equal(await viewer.hook('analytics-off').textContent(), 'Analytics are off');
    for (const name of ['analytics-panel', 'analytics-toggle'])
      assert.equal(await viewer.hook(name).count(), 0);
    const { boxes, lines, heat } = await drawn(viewer);
    assert.deepEqual({ boxes, lines, heat }, { boxes: 0, lines: 0, heat: false });
  });
});

describe('a server whose models are missing', () => {
  async function watch(test, flags) {
    const server = await Server.start(flags);
    test.after(() => server.stop());
    const viewer = await ViewerPage.open(browser, server.url);
    test.after(() => viewer.close());
    return viewer;
  }

  it('says why there are no analytics', async (test) => {
    const viewer = await watch(test, ['--crowd-model', 'none', '--detect-model', 'nowhere.onnx']);
    const text = await until(
      'the reason',
      () => viewer.hook('troubles').textContent({ timeout: BUSY_MACHINE_MS }),
      (said) => said?.includes('nowhere.onnx') ?? false,
    );
    assert.match(text, /Analytics are off: .*nowhere\.onnx/);
    assert.deepEqual(viewer.problems, []);
  });

  it('says how to get a model where a real camera has none', async (test) => {
    const viewer = await watch(test, ['--source', 'http://127.0.0.1:9/video']);
    const text = await until(
      'the way to a model',
      () => viewer.hook('troubles').textContent({ timeout: BUSY_MACHINE_MS }),
      (said) => said?.includes('models get') ?? false,
    );
    assert.match(text, /Analytics are off: the models inside the program know the drawn scene only/);
  });

  it('counts people by their boxes where only the detector runs, and offers no heat', async (test) => {
    const viewer = await watch(test, ['--crowd-model', 'none']);
    const { people, persons } = await until(
      'people',
      () => findings(viewer),
      (seen) => seen.people > 0,
      BUSY_MACHINE_MS,
    );
    assert.equal(people, persons);
    // On a busy machine its age stands behind it.
    assert.match((await viewer.hook('people-how').textContent()) ?? '', /^counted by boxes/);
    await until(
      'the switches',
      () => drawn(viewer),
      ({ boxes }) => boxes > 0,
      BUSY_MACHINE_MS,
    );
    const disabled = await Promise.all(LAYERS.map((name) => viewer.hook(`layer-${name}`).isDisabled()));
    assert.deepEqual(
      disabled,
      LAYERS.map((name) => name === 'heat'),
    );
    // On a busy machine another line says that results are late.
    assert.equal(
      await viewer
        .hook('layer-why')
        .filter({ hasText: /^Heat map: / })
        .count(),
      1,
    );
  });
});
