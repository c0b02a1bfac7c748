// The page of events on a plaza where somebody crosses a line every second or two.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, launch, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const browser = await launch();
after(() => browser.close());

describe('the page of events', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-events-'));
    const flags = ['--source', 'synthetic:people=60,vehicles=8,seed=3', '--analytics', 'on'];
    server = await Server.start([
      ...flags,
      '--crowd-model',
      'none',
      '--database',
      join(folder, 'history.db'),
    ]);
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(test, query = '') {
    const viewer = new ViewerPage(await blankPage(browser));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/events${query}`);
    return viewer;
  }

  const rows = (viewer) => viewer.hook('events').getByRole('listitem').count();

  it('lists what happened, and announces what is newer until somebody wants it', async (test) => {
    await until(
      'something happened',
      async () => (await (await fetch(`${server.url}/api/events`)).json()).events ?? [],
      (events) => events.length > 2,
    );
    const viewer = await open(test);
    await viewer.hook('newer').waitFor();
    const before = await rows(viewer);
    assert.match(await viewer.hook('events').innerText(), /crossed promenade (in|out)bound/i);
    await viewer.hook('newer').click();
    await until(
      'the newer ones',
      () => rows(viewer),
      (now) => now > before,
    );
    assert.deepEqual(viewer.problems, []);
  });

  it('shows one alone, goes to its neighbours by arrows, and has an address for each', async (test) => {
    const viewer = await open(test);
    await viewer.hook('events').getByRole('link').first().click();
    const dialog = viewer.hook('event');
    const shown = () => dialog.getAttribute('data-event');
    await dialog.waitFor();
    const first = await shown();
    assert.equal(new URL(viewer.page.url()).searchParams.get('event'), first);
    await viewer.page.keyboard.press('ArrowRight');
    const second = await until('the older one', shown, (id) => id !== first);
    await viewer.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const other = await open(test, `?event=${second}`);
    await other.hook('event').waitFor();
    assert.equal(await other.hook('event').getAttribute('data-event'), second);
    assert.deepEqual([...viewer.problems, ...other.problems], []);
  });

  it('shows one kind alone, and says so where nothing of it has happened', async (test) => {
    const viewer = await open(test);
    await viewer.page.getByRole('button', { name: 'Models failed' }).click();
    await viewer.page.getByText('Nothing of that has happened yet').waitFor();
    assert.match(viewer.page.url(), /kind=model_failed/);
    assert.deepEqual(viewer.problems, []);
  });
});
