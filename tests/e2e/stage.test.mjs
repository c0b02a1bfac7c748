// What somebody can do with one picture: look closely, save it, ask for details, and use keys for all of it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { firstPage, launch, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const browser = await launch();
after(() => browser.close());

/** Beginning of a JPEG, and the end of one (ITU-T T.81, table B.1). */
const [SOI, EOI] = ['ffd8', 'ffd9'];

describe('one picture', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-stage-'));
    const file = join(folder, 'cameras.toml');
    const table = (name) =>
      `[${name}]\nsource = "synthetic:people=8"\nwidth = 640\nheight = 360\nanalytics = false\n`;
    await writeFile(file, ['attic', 'gate', 'yard'].map(table).join(''));
    server = await Server.start(['--cameras', file]);
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(test, camera = 'gate') {
    const viewer = new ViewerPage(await firstPage(browser));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/?camera=${camera}`);
    await viewer.remember();
    await viewer.moves();
    return viewer;
  }

  /** How much larger the picture is than its frame. */
  const scale = (viewer) =>
    viewer
      .hook('zoom-picture')
      .evaluate((picture) => picture.getBoundingClientRect().width / picture.parentElement.clientWidth);

  /** Place on the page of a place on the picture, given in shares. */
  async function placeOf(viewer, x, y) {
    const box = await viewer.hook('zoom-picture').boundingBox();
    return [box.x + x * box.width, box.y + y * box.height];
  }

  it('has its details in a drawer that stays as it was left', async (test) => {
    const viewer = await open(test);
    assert.equal(await viewer.hook('details').count(), 0);
    await viewer.hook('details-toggle').click();
    await until(
      'a rate',
      () => viewer.hook('fps').innerText(),
      (fps) => Number(fps) > 0,
    );
    await viewer.page.reload();
    await viewer.hook('details').waitFor();
    await viewer.page.keyboard.press('d');
    await viewer.hook('details').waitFor({ state: 'detached' });
    assert.deepEqual(viewer.problems, []);
  });

  it('says in a report what whoever helps needs to know', async (test) => {
    const viewer = await open(test);
    await viewer.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await viewer.hook('details-toggle').click();
    await until(
      'a rate',
      () => viewer.hook('fps').innerText(),
      (fps) => Number(fps) > 0,
    );
    await viewer.hook('report').click();
    await until(
      'it says so',
      () => viewer.hook('report').innerText(),
      (words) => words === 'Copied',
    );
    const report = await viewer.page.evaluate(() => globalThis.navigator.clipboard.readText());
    assert.match(report, /^Steadycast \d/);
    assert.match(report, /\ncamera: gate, streaming, 1 viewer\n/);
    assert.match(report, /\npicture: \d+x\d+, [\d.]+ FPS of [\d.]+, /);
  });

  it('has the report marked once where nothing may be copied, and the keyboard free', async (test) => {
    const viewer = await open(test);
    await viewer.page.evaluate(() => {
      globalThis.navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'));
    });
    await viewer.hook('details-toggle').click();
    await viewer.hook('report').click();
    await viewer.page.getByLabel('Text to copy').waitFor();
    await viewer.hook('quality-select').focus();
    await viewer.moves(30);
    assert.equal(await viewer.page.evaluate(() => document.activeElement.dataset.testid), 'quality-select');
    await viewer.page.getByRole('button', { name: 'Close the text' }).click();
    assert.equal(await viewer.page.getByLabel('Text to copy').count(), 0);
  });

  it('counts what it takes of the link today, over visits', async (test) => {
    const viewer = await open(test);
    const megabytes = async () => Number.parseFloat(await viewer.hook('taken').innerText());
    const first = await until('a megabyte', megabytes, (taken) => taken >= 1, 60_000);
    await viewer.page.goto(`${server.url}/events`);
    await viewer.page.goto(`${server.url}/?camera=gate`);
    await viewer.hook('taken').waitFor();
    const again = await until('what was kept', megabytes, (taken) => taken >= first);
    await until('it goes on', megabytes, (taken) => taken > again);
  });

  it('is looked at closely by double click, wheel and keys, and whole again', async (test) => {
    const viewer = await open(test);
    const is = (what, wanted) =>
      until(
        what,
        () => scale(viewer),
        (now) => Math.abs(now - wanted) < 0.01,
      );
    const place = await placeOf(viewer, 0.25, 0.5);
    await viewer.page.mouse.dblclick(...place);
    await is('closer', 2.5);
    // What was under the pointer is there still.
    const there = await placeOf(viewer, 0.25, 0.5);
    assert.ok(Math.hypot(there[0] - place[0], there[1] - place[1]) < 2, `${place} became ${there}`);
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(place[0] + 60, place[1]);
    await viewer.page.mouse.up();
    const dragged = await placeOf(viewer, 0.25, 0.5);
    assert.ok(Math.abs(dragged[0] - there[0] - 60) < 2, `dragged from ${there} to ${dragged}`);
    await viewer.hook('zoom-whole').click();
    await is('whole', 1);
    // A button that is let go beside the picture drags nothing any more.
    await viewer.page.mouse.move(...place);
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(place[0], 20);
    await viewer.page.mouse.up();
    await viewer.page.mouse.move(...place);
    await viewer.page.mouse.wheel(0, -200);
    await until(
      'a wheel',
      () => scale(viewer),
      (now) => now > 1.2,
    );
    const still = await placeOf(viewer, 0.5, 0.5);
    await viewer.page.mouse.move(place[0] + 40, place[1]);
    assert.deepEqual(await placeOf(viewer, 0.5, 0.5), still);
    await viewer.page.keyboard.press('0');
    await is('whole by key', 1);
    await viewer.page.keyboard.press('+');
    await is('closer by key', 1.5);
    await viewer.moves();
    await viewer.page.keyboard.press('n');
    const named = () => viewer.hook('camera').innerText();
    await until('the next camera', named, (name) => name === 'yard');
    await is('whole again, since it is another picture', 1);
    assert.deepEqual(viewer.problems, []);
  });

  it('has the other cameras beside it where they are wanted, and one of them leads on', async (test) => {
    const viewer = await open(test);
    await viewer.hook('others-toggle').click();
    const others = viewer.hook('strip').getByTestId('tile');
    await until(
      'two others',
      () => others.count(),
      (tiles) => tiles === 2,
    );
    const frames = () =>
      others.getByTestId('video').evaluateAll((all) => all.map(({ dataset }) => Number(dataset.frame ?? 0)));
    const from = await until('both have pictures', frames, (all) => all.length === 2 && !all.includes(0));
    await until('both go on', frames, (all) => all.every((frame, n) => frame > from[n] + 5));
    await others.filter({ hasText: 'yard' }).getByRole('link').click();
    await until(
      'the yard is large',
      () => viewer.hook('camera').innerText(),
      (name) => name === 'yard',
    );
    await until(
      'the gate is beside it',
      () => others.allInnerTexts(),
      (all) => all.join().includes('gate'),
    );
    assert.deepEqual(viewer.problems, []);
  });

  it('is saved as a file with its name and the time', async (test) => {
    const viewer = await open(test);
    for (const save of [() => viewer.hook('save').click(), () => viewer.page.keyboard.press('s')]) {
      const [download] = await Promise.all([viewer.page.waitForEvent('download'), save()]);
      assert.match(download.suggestedFilename(), /^gate-\d{4}(-\d\d){5}\.jpg$/);
      const jpeg = await readFile(await download.path());
      assert.deepEqual([jpeg.subarray(0, 2).toString('hex'), jpeg.subarray(-2).toString('hex')], [SOI, EOI]);
    }
  });

  it('leads on by keys, which are explained, and which can be switched off', async (test) => {
    const viewer = await open(test);
    const { keyboard } = viewer.page;
    const camera = () => new URL(viewer.page.url()).searchParams.get('camera');
    await keyboard.press('n');
    await until('the next camera', camera, (name) => name === 'yard');
    await keyboard.press('n');
    await until('the first again', camera, (name) => name === 'attic');
    await keyboard.press('p');
    await until('the one before', camera, (name) => name === 'yard');
    await viewer.moves();
    await keyboard.press('?');
    await viewer.hook('keys').getByRole('checkbox').uncheck();
    await keyboard.press('Escape');
    await viewer.hook('keys').waitFor({ state: 'hidden' });
    await keyboard.press('p');
    await keyboard.press('d');
    assert.equal(camera(), 'yard');
    // The way back is a button.
    await viewer.hook('details-toggle').click();
    await viewer.hook('keys-open').click();
    await viewer.hook('keys').getByRole('checkbox').check();
    await viewer.hook('keys').getByRole('button', { name: 'Close' }).click();
    await keyboard.press('d');
    await viewer.hook('details').waitFor({ state: 'detached' });
    await keyboard.press('Escape');
    await until(
      'all cameras',
      () => viewer.page.url(),
      (url) => url.includes('layout=grid'),
    );
    assert.deepEqual(viewer.problems, []);
  });
});

describe('the root', () => {
  it('shows all cameras where there are several, also to who comes for the first time', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'steadycast-home-'));
    test.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'cameras.toml');
    const table = (name) => `[${name}]\nsource = "synthetic:people=1"\nwidth = 320\nheight = 180\n`;
    await writeFile(file, table('gate') + table('yard'));
    const server = await Server.start(['--cameras', file, '--analytics', 'off']);
    test.after(() => server.stop());
    const page = await firstPage(browser);
    test.after(() => page.context().close());
    await page.goto(server.url);
    await until(
      'two tiles',
      () => page.getByTestId('tile').count(),
      (tiles) => tiles === 2,
    );
    await writeFile(file, table('gate'));
    await page.getByTestId('overlay').waitFor();
    assert.equal(await page.getByTestId('tile').count(), 0);
  });
});
