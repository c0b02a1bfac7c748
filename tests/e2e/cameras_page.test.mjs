// The page of cameras: from a video of this device to a counted line, by the page alone; cameras switched off
// and removed; lines and zones by hand, by finger and by keys.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, DESKTOP, launch, PHONE, ViewerPage } from './page.mjs';
import { drawPlaza, Server } from './server.mjs';
import { until } from './wait.mjs';

const MODELS = resolve(import.meta.dirname, '../../models');
const SMALL = 'synthetic:people=3';
const MEANT = { 'X-Steadycast': '1', 'Content-Type': 'application/json' };

/** Longest wait, ms: the model shares the processors with the encoder, the browser and the tests. */
const BUSY_MACHINE_MS = 60_000;

const browser = await launch();
after(() => browser.close());

/** The editor of lines and zones on a page. */
class Editor {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.sketch = page.getByTestId('sketch');
  }

  /** Where a point of the frame is in the window. */
  async spot([x, y]) {
    const box = await this.sketch.boundingBox();
    return [box.x + x * box.width, box.y + y * box.height];
  }

  async drawLine(from, to) {
    await this.page.getByTestId('draw-line').click();
    await this.page.mouse.move(...(await this.spot(from)));
    await this.page.mouse.down();
    await this.page.mouse.move(...(await this.spot(to)), { steps: 4 });
    await this.page.mouse.up();
  }

  /** Drags with a finger. */
  async dragByFinger(from, ...path) {
    const finger = await this.page.context().newCDPSession(this.page);
    const touch = async (type, ...points) => {
      const spots = await Promise.all(points.map((point) => this.spot(point)));
      const touchPoints = spots.map(([x, y]) => ({ x, y }));
      await finger.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await touch('touchStart', from);
    for (const point of path) await touch('touchMove', point);
    await touch('touchEnd');
  }

  row(name) {
    return this.page.locator(`[data-place="${name}"]`);
  }

  async save() {
    await this.page.getByTestId('save-places').click();
    await this.page.getByTestId('saved').getByText('Saved', { exact: true }).waitFor();
  }

  focused() {
    return this.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  }
}

describe('the page of cameras', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-cameras-page-'));
    const file = join(folder, 'cameras.toml');
    await writeFile(file, '# None yet.\n');
    const models = ['--models-dir', MODELS, '--crowd-model', 'none', '--detect-model', 'detector'];
    const flags = ['--cameras', file, '--uploads-dir', join(folder, 'uploads'), '--analytics', 'on'];
    server = await Server.start([...flags, ...models]);
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(test, query = '', options = DESKTOP) {
    const viewer = new ViewerPage(await blankPage(browser, options));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/cameras${query}`);
    return viewer;
  }

  /** A clip of fifteen seconds, which is something else than the drawn plaza for whoever plays it. */
  function clip() {
    const [pictures, path] = [join(folder, 'plaza'), join(folder, 'Main Street.mp4')];
    drawPlaza(pictures, '--frames 120 --fps 8 --people 60 --width 640 --height 360'.split(' '));
    const words = `-v error -framerate 8 -i ${pictures}/%06d.jpg -c:v mpeg4 -q:v 3`.split(' ');
    const { status, stderr } = spawnSync('ffmpeg', [...words, path], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return path;
  }

  const list = async () => (await (await fetch(`${server.url}/api/cameras`)).json()).cameras;
  const named = async (name) => (await list()).find(({ camera }) => camera === name);

  /** Adds a camera beside the page. */
  async function add(name) {
    const body = JSON.stringify({ name, source: SMALL, analytics: false });
    const answer = await fetch(`${server.url}/api/cameras`, { method: 'POST', headers: MEANT, body });
    assert.equal(answer.status, 201);
  }

  it('leads from a video of this device to a counted line', async (test) => {
    const viewer = await open(test);
    await viewer.page.getByText('There is no camera yet').waitFor();
    await viewer.hook('new-camera').click();
    await viewer.hook('video-file').setInputFiles(clip());
    await viewer.page.getByText('640 × 360').waitFor();
    assert.equal(await viewer.hook('new-name').inputValue(), 'main-street');
    await viewer.hook('add-camera').click();
    await viewer.hook('counting').waitFor();
    const editor = new Editor(viewer.page);
    await editor.drawLine([0.05, 0.7], [0.95, 0.7]);
    await editor.row('line-1').getByRole('textbox').fill('walk');
    await editor.row('walk').getByText('Counted once it is saved').waitFor();
    await editor.save();
    const [line] = (await named('main-street')).settings.lines;
    assert.equal(line.id, 'walk');
    for (const [n, share] of [...line.from, ...line.to].entries())
      assert.ok(Math.abs(share - [0.05, 0.7, 0.95, 0.7][n]) < 0.01, JSON.stringify(line));
    await until(
      'somebody is counted',
      () => editor.row('walk').innerText(),
      (words) => /In [1-9]|out [1-9]/.test(words),
      BUSY_MACHINE_MS,
    );
    assert.deepEqual(viewer.problems, []);
  });

  it('says why a source gives no picture, and why a video is none', async (test) => {
    const viewer = await open(test, '?new');
    await viewer.hook('source').fill('rtsp://127.0.0.1:9/stream');
    await viewer.page.keyboard.press('Enter');
    await viewer.hook('trial').getByText('Nothing listens on 127.0.0.1 port 9').waitFor();
    await viewer.page.getByRole('button', { name: 'Another source' }).click();
    const text = join(folder, 'letter.mp4');
    await writeFile(text, 'Dear Sir or Madam');
    await viewer.hook('video-file').setInputFiles(text);
    await viewer.hook('adding').getByRole('alert').filter({ hasText: 'is it a video?' }).waitFor();
  });

  it('switches a camera off and on, and removes one unless that is undone', async (test) => {
    await add('yard');
    await add('gate');
    const viewer = await open(test);
    const press = (name) => viewer.page.getByRole('button', { name, exact: true }).click();
    await press('Switch off: yard');
    await until(
      'it is off',
      () => named('yard'),
      ({ state }) => state === 'stopped',
    );
    await press('Switch on: yard');
    await press('Remove: yard');
    await viewer.page.getByRole('button', { name: 'keep yard' }).click();
    await press('Remove: gate');
    // Whoever leaves has no undo any more.
    await viewer.page.getByRole('link', { name: 'Events' }).click();
    const names = async () => (await list()).map(({ camera }) => camera);
    const left = await until('it is gone', names, (there) => !there.includes('gate'));
    assert.ok(left.includes('yard'));
    assert.deepEqual(viewer.problems, []);
  });

  it('draws and moves by keys, undoes, and keeps what is not saved', async (test) => {
    await add('keys');
    const viewer = await open(test, '?camera=keys');
    const { page } = viewer;
    const editor = new Editor(page);
    await viewer.hook('draw-line').focus();
    for (const key of ['Enter', 'Enter', 'ArrowUp', 'Shift+ArrowLeft']) await page.keyboard.press(key);
    assert.match((await editor.focused()) ?? '', /line-1, beginning: 25 % from the left, 59 % from the top/);
    await page.keyboard.press('Control+z');
    assert.match((await editor.focused()) ?? '', /30 % from the left, 60 % from the top/);
    await page.keyboard.press('Delete');
    assert.equal(await editor.row('line-1').count(), 0);
    await page.keyboard.press('Control+z');
    await editor.row('line-1').waitFor();
    await viewer.hook('counting').getByRole('link', { name: 'All cameras' }).click();
    await page.getByText('changes not saved yet').waitFor();
    await page.getByRole('link', { name: 'What to count: keys' }).click();
    await editor.save();
    assert.equal((await named('keys')).settings.lines[0].id, 'line-1');
    assert.deepEqual(viewer.problems, []);
  });

  it('does not undo what somebody else has saved meanwhile, unless that is wanted', async (test) => {
    await add('shared');
    const viewer = await open(test, '?camera=shared');
    const editor = new Editor(viewer.page);
    await editor.drawLine([0.1, 0.7], [0.9, 0.7]);
    await editor.row('line-1').waitFor();
    const others = [{ id: 'theirs', from: [0.2, 0.2], to: [0.8, 0.2] }];
    const body = JSON.stringify({ lines: others });
    const address = `${server.url}/api/cameras/shared`;
    assert.equal((await fetch(address, { method: 'PATCH', headers: MEANT, body })).status, 200);
    await viewer.hook('save-places').click();
    await viewer.hook('counting').getByText('Somebody else has changed').waitFor();
    const ids = async () => (await named('shared')).settings.lines.map(({ id }) => id);
    assert.deepEqual(await ids(), ['theirs']);
    await editor.save();
    assert.deepEqual(await ids(), ['line-1']);
    assert.deepEqual(viewer.problems, []);
  });

  it('draws a zone with a finger on the smallest screen, and nothing leaves that', async (test) => {
    await add('finger');
    const options = { ...PHONE, viewport: { width: 320, height: 640 } };
    const viewer = await open(test, '?camera=finger', options);
    const { page } = viewer;
    const editor = new Editor(page);
    await viewer.hook('draw-zone').tap();
    const corners = [
      [0.2, 0.3],
      [0.8, 0.3],
      [0.8, 0.8],
    ];
    for (const corner of [...corners, corners[0]]) await page.touchscreen.tap(...(await editor.spot(corner)));
    await editor.row('zone-1').waitFor();
    await editor.dragByFinger(corners[2], [0.7, 0.7], [0.6, 0.6], [0.5, 0.5]);
    await editor.save();
    const { points } = (await named('finger')).settings.zones[0];
    assert.equal(points.length, 3);
    for (const share of points[2]) assert.ok(Math.abs(share - 0.5) < 0.03, JSON.stringify(points));
    for (const query of ['', '?new', '?camera=finger']) {
      await page.goto(`${server.url}/cameras${query}`);
      await page.getByRole('heading', { level: 3 }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, query);
    }
    assert.deepEqual(viewer.problems, []);
  });
});

describe('who may only watch', () => {
  it('is not led to the page of cameras, and changes nothing there', async (test) => {
    const server = await Server.start(['--source', SMALL, '--viewer-token', 'guest', '--analytics', 'off']);
    test.after(() => server.stop());
    const viewer = new ViewerPage(await blankPage(browser));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/cameras?token=guest`);
    await viewer.hook('not-admin').waitFor();
    assert.equal(await viewer.page.getByRole('link', { name: 'Cameras' }).count(), 0);
    assert.deepEqual(viewer.problems, []);
  });
});
