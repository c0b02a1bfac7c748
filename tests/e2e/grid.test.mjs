// All cameras on one page: a tile each that watches while it can be seen, and the way to one camera and back.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, launch, PHONE, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const CAMERAS = ['attic', 'gate', 'yard'];

const browser = await launch();
after(() => browser.close());

/** The page with its tiles. */
class GridPage extends ViewerPage {
  static async open(url, options) {
    const viewer = new GridPage(await blankPage(browser, options));
    await viewer.page.goto(url);
    return viewer;
  }

  tile(camera) {
    return this.page.locator(`[data-testid="tile"][data-camera="${camera}"]`);
  }

  /** What is painted in a tile: number and scale of the frame. */
  painted(camera) {
    return this.tile(camera)
      .getByTestId('video')
      .evaluate(({ dataset }) => ({ frame: Number(dataset.frame ?? 0), scale: Number(dataset.scale) }));
  }

  /** Waits until pictures move in a tile. */
  async moves(camera) {
    const { frame: from } = await this.painted(camera);
    const look = () => this.painted(camera);
    return until(`${camera} moves`, look, ({ frame }) => frame > from + 5);
  }
}

describe('all cameras', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-grid-'));
    const file = join(folder, 'cameras.toml');
    const table = (name) =>
      `[${name}]\nsource = "synthetic:people=8"\nwidth = 640\nheight = 360\nanalytics = false\n`;
    await writeFile(file, CAMERAS.map(table).join(''));
    server = await Server.start(['--cameras', file]);
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  /** Number of viewers of each camera, as the server has them. */
  async function viewers() {
    const { cameras } = await (await fetch(`${server.url}/api/status`)).json();
    return cameras.map((camera) => camera.viewers);
  }

  it('are tiles of small pictures, and one is shown alone when it is chosen', async (test) => {
    const viewer = await GridPage.open(`${server.url}/?layout=grid`);
    test.after(() => viewer.close());
    for (const camera of CAMERAS) assert.ok((await viewer.moves(camera)).scale >= 2, camera);
    await viewer.tile('gate').getByRole('link').click();
    await until(
      'the gate alone',
      () => viewer.shown(),
      ({ connection, scale }) => connection === 'open' && scale === 1,
    );
    assert.match(viewer.page.url(), /\?camera=gate$/);
    await viewer.hook('all-cameras').click();
    await viewer.moves('yard');
    await viewer.page.goBack();
    await until(
      'the gate again',
      () => viewer.shown(),
      ({ connection, frame }) => connection === 'open' && frame > 0,
    );
    assert.equal(await viewer.hook('camera').innerText(), 'gate');
    assert.deepEqual(viewer.problems, []);
  });

  it('that cannot be seen are not watched', async (test) => {
    const small = { ...PHONE, viewport: { width: 375, height: 120 } };
    const viewer = await GridPage.open(`${server.url}/?layout=grid`, small);
    test.after(() => viewer.close());
    const watched = ([attic, , yard]) => [attic, yard].join();
    await until(
      'the first alone',
      async () => watched(await viewers()),
      (seen) => seen === '1,0',
    );
    await viewer.tile('yard').scrollIntoViewIfNeeded();
    await viewer.moves('yard');
    await until(
      'the last alone',
      async () => watched(await viewers()),
      (seen) => seen === '0,1',
    );
    assert.ok((await viewer.painted('attic')).frame > 0, 'its last picture stays');
  });
});
