// Several cameras on one page: the menu of their names, the address that says which is watched, and cameras
// that are stopped, removed and added while somebody watches.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, launch, PHONE, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

/** Two plazas that are told apart by their size. */
const GATE = { source: 'synthetic:people=8', width: 640, height: 360, analytics: false };
const YARD = { source: 'synthetic:people=8', width: 320, height: 180, analytics: false };

const browser = await launch();
after(() => browser.close());

/** A table of the cameras file. */
function table(name, fields) {
  const lines = Object.entries(fields).map(([field, value]) => `${field} = ${JSON.stringify(value)}`);
  return [`[${name}]`, ...lines, ''].join('\n');
}

/** Changes cameras, as an operator's program does. */
async function change(server, method, path, body) {
  const answer = await fetch(`${server.url}/api/cameras${path}`, {
    method,
    headers: { 'X-Steadycast': '1', 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
}

/** The page with its menu of cameras. */
class CamerasPage extends ViewerPage {
  static async open(url, options) {
    const viewer = new CamerasPage(await blankPage(browser, options));
    await viewer.page.goto(url);
    return viewer;
  }

  entry(name) {
    return this.page.locator(`[data-testid="camera-entry"][data-camera="${name}"]`);
  }

  choice(name) {
    return this.hook('other-cameras').locator(`[data-camera="${name}"]`);
  }

  /** What the menu shows while it is open: names with states, in words. */
  async entries() {
    return (await this.hook('camera-entry').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  }

  /** Waits until a camera is seen: its name in the bar, and pictures of its width. */
  watches(name, { width }) {
    const look = async () => ({
      name: await this.hook('camera').innerText(),
      width: await this.hook('video').evaluate(({ dataset }) => dataset.width * dataset.scale),
      ...(await this.shown()),
    });
    const live = (seen) => seen.name === name && seen.width === width && seen.connection === 'open';
    return until(`a picture of ${name}`, look, (seen) => live(seen) && seen.notice === '');
  }

  says(words) {
    return this.until(`"${words}"`, ({ notice }) => notice.includes(words));
  }

  /** Name of what has the focus. */
  focused() {
    return this.page.evaluate(() => {
      const { testid, camera } = document.activeElement.dataset;
      return [testid, camera].filter(Boolean).join(' ');
    });
  }
}

describe('several cameras', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-cameras-'));
    const file = join(folder, 'cameras.toml');
    await writeFile(file, table('gate', GATE) + table('yard', YARD));
    server = await Server.start(['--cameras', file]);
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it('are a menu, and the one that is chosen comes without loading the page', async (test) => {
    const viewer = await CamerasPage.open(`${server.url}/?camera=gate`);
    test.after(() => viewer.close());
    await viewer.watches('gate', GATE);
    await viewer.hook('quality-select').selectOption('50');
    await viewer.page.evaluate(() => (globalThis.notLoadedAgain = true));

    await viewer.hook('camera-menu').click();
    assert.deepEqual(await viewer.entries(), ['gate Live', 'yard Live']);
    await viewer.entry('yard').click();
    await viewer.watches('yard', YARD);
    assert.equal(viewer.page.url(), `${server.url}/?camera=yard`);
    assert.equal(await viewer.focused(), 'camera-menu');
    assert.equal(await viewer.hook('camera-entry').count(), 0);
    const { level, mode } = await viewer.shown();
    assert.deepEqual([level, mode], [50, 'manual'], 'the level that was chosen by hand');

    await viewer.page.goBack();
    await viewer.watches('gate', GATE);
    await viewer.page.goForward();
    await viewer.watches('yard', YARD);
    assert.equal(await viewer.page.evaluate(() => globalThis.notLoadedAgain), true);
    assert.equal(viewer.sockets, 4);
    assert.deepEqual(viewer.problems, []);
  });

  it('are chosen with keys, and the menu closes by Escape, Tab and a click elsewhere', async (test) => {
    const viewer = await CamerasPage.open(`${server.url}/?camera=gate`);
    test.after(() => viewer.close());
    await viewer.watches('gate', GATE);
    const { keyboard, mouse } = viewer.page;
    const menu = viewer.page.getByRole('menu');
    await viewer.hook('camera-menu').focus();
    const steps = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'End', 'g', 'Escape']) {
      await keyboard.press(key);
      steps.push(await viewer.focused());
    }
    const [gate, yard] = ['camera-entry gate', 'camera-entry yard'];
    assert.deepEqual(steps, [gate, yard, gate, yard, gate, 'camera-menu']);
    assert.equal(await menu.count(), 0);

    await keyboard.press('Enter');
    await menu.waitFor();
    await keyboard.press('Tab');
    assert.equal(await menu.count(), 0);
    assert.notEqual(await viewer.focused(), 'camera-menu');

    await viewer.hook('camera-menu').click();
    await menu.waitFor();
    await mouse.click(640, 500);
    assert.equal(await menu.count(), 0);

    await viewer.hook('camera-menu').focus();
    for (const key of ['ArrowDown', 'y', 'Enter']) await keyboard.press(key);
    await viewer.watches('yard', YARD);
    assert.deepEqual(viewer.problems, []);
  });

  it('are all within reach on a phone', async (test) => {
    const viewer = await CamerasPage.open(`${server.url}/?camera=gate`, PHONE);
    test.after(() => viewer.close());
    await viewer.watches('gate', GATE);
    await viewer.hook('camera-menu').tap();
    const { x, width } = await viewer.page.getByRole('menu').boundingBox();
    assert.ok(x >= 0 && x + width <= PHONE.viewport.width, `the menu reaches from ${x} over ${width} pixels`);
    await viewer.entry('yard').tap();
    await viewer.watches('yard', YARD);
  });

  it('are offered where the address names one that there is not', async (test) => {
    const viewer = await CamerasPage.open(`${server.url}/?camera=nope`);
    test.after(() => viewer.close());
    await viewer.says('There is no camera nope');
    await viewer.choice('gate').waitFor();
    await viewer.choice('yard').click();
    await viewer.watches('yard', YARD);
    assert.equal(viewer.page.url(), `${server.url}/?camera=yard`);
  });

  it('have names that are text on the page, whatever is written in them', async (test) => {
    const hurtful = '<img src=x onerror="globalThis.hurt=1">';
    const shown = '<img src=x';
    const own = table('gate', GATE) + table('odd', { ...YARD, source: join(folder, `${hurtful}.avi`) });
    const file = join(folder, 'odd.toml');
    await writeFile(file, own);
    const odd = await Server.start(['--cameras', file]);
    test.after(() => odd.stop());
    for (const camera of [hurtful, 'odd']) {
      const viewer = await CamerasPage.open(`${odd.url}/?camera=${encodeURIComponent(camera)}`);
      test.after(() => viewer.close());
      if (camera === hurtful) {
        await viewer.says(`There is no camera ${shown}`);
        await viewer.choice('odd').waitFor();
      } else {
        await viewer.until('no pictures', (seen) => seen.camera !== '' && seen.camera !== 'streaming');
        await viewer.hook('camera-menu').click();
        await viewer.entry('odd').waitFor();
      }
      assert.equal(await viewer.page.locator('img[src="x"]').count(), 0);
      assert.equal(await viewer.page.evaluate(() => globalThis.hurt), undefined);
    }
  });

  it('are said to be stopped, with the reason, and go on when they are started', async (test) => {
    const viewer = await CamerasPage.open(`${server.url}/?camera=yard`);
    test.after(() => viewer.close());
    await viewer.watches('yard', YARD);
    await change(server, 'POST', '/yard/stop');
    await viewer.until('a stopped camera', ({ camera }) => camera === 'stopped');
    await until(
      'the reason',
      () => viewer.hook('troubles').innerText(),
      (text) => text.includes('The camera was stopped by an operator'),
    );
    await viewer.hook('camera-menu').click();
    await until(
      'the state in the menu',
      () => viewer.entries(),
      (entries) => entries.includes('yard Stopped'),
    );
    await change(server, 'POST', '/yard/start');
    await viewer.until('a picture', ({ camera }) => camera === 'streaming');
    assert.equal(viewer.sockets, 1);
  });

  it('are said not to be as their file says while that is wrong', async (test) => {
    const viewer = await CamerasPage.open(`${server.url}/?camera=gate`);
    test.after(() => viewer.close());
    await viewer.watches('gate', GATE);
    const file = join(folder, 'cameras.toml');
    const right = await readFile(file, 'utf8');
    await writeFile(file, `${right}\n[wrong]\nfps = 20\n`);
    await until(
      'what is wrong',
      () => viewer.hook('troubles').innerText(),
      (text) => text.includes('camera wrong') && text.includes('what runs goes on'),
    );
    await writeFile(file, right);
    await until(
      'that nothing is wrong',
      () => viewer.hook('troubles').count(),
      (count) => count === 0,
    );
    assert.deepEqual(viewer.problems, []);
  });

  it('are missed when they are removed, and watched again when they come back', async (test) => {
    await change(server, 'POST', '', { name: 'door', ...YARD });
    const viewer = await CamerasPage.open(`${server.url}/?camera=door`);
    test.after(() => viewer.close());
    await viewer.watches('door', YARD);
    await change(server, 'DELETE', '/door');
    await viewer.says('The camera door was removed');
    await until(
      'the others',
      () => viewer.hook('other-cameras').locator('[data-camera]').count(),
      (count) => count === 2,
    );
    await viewer.hook('camera-menu').click();
    assert.deepEqual(await viewer.entries(), ['gate Live', 'yard Live']);
    await change(server, 'POST', '', { name: 'door', ...YARD });
    await viewer.watches('door', YARD);
    await change(server, 'DELETE', '/door');
    await viewer.choice('gate').click();
    await viewer.watches('gate', GATE);
  });
});

describe('one camera', () => {
  it('is a name, until there is another', async (test) => {
    const server = await Server.start(['--capture-width', '640', '--capture-height', '360']);
    test.after(() => server.stop());
    const viewer = await CamerasPage.open(server.url);
    test.after(() => viewer.close());
    await viewer.watches('main', GATE);
    assert.equal(await viewer.hook('camera-menu').count(), 0);
    await change(server, 'POST', '', { name: 'yard', ...YARD });
    await viewer.hook('camera-menu').click();
    await viewer.entry('yard').click();
    await viewer.watches('yard', YARD);
    assert.equal(viewer.sockets, 2);
  });
});
