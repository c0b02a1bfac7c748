// The page of history, on a plaza with models: charts of what was counted, a time chosen by a drag, and back.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blankPage, launch, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const browser = await launch();
after(() => browser.close());

describe('the page of history', () => {
  it('shows what was counted, and a part of it that is chosen by a drag', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'steadycast-history-'));
    test.after(() => rm(folder, { recursive: true }));
    const flags = ['--source', 'synthetic:people=30,seed=3', '--analytics', 'on'];
    const server = await Server.start([...flags, '--database', join(folder, 'history.db')]);
    test.after(() => server.stop());
    const rows = async () => (await (await fetch(`${server.url}/api/history?step=1m`)).json()).rows ?? [];
    await until('people are in a row', rows, (seen) => seen.some(({ people }) => people?.mean > 0));
    const viewer = new ViewerPage(await blankPage(browser));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/history?span=hour`);
    const charts = viewer.hook('chart');
    await until(
      'charts',
      () => charts.allInnerTexts(),
      (texts) => texts.some((text) => text.startsWith('People')),
    );
    assert.match(await viewer.page.title(), /History/);
    const box = await charts.first().locator('.u-over').boundingBox();
    await viewer.page.mouse.move(box.x + box.width * 0.5, box.y + 50);
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
    await viewer.page.mouse.up();
    const chosen = await until(
      'the chosen time',
      () => new URL(viewer.page.url()).searchParams,
      (query) => query.has('from') && query.has('to'),
    );
    const lasting = Number(chosen.get('to')) - Number(chosen.get('from'));
    assert.ok(lasting > 1_200 && lasting < 1_700, `${lasting} s of an hour`);
    await viewer.page.goBack();
    assert.equal(new URL(viewer.page.url()).searchParams.get('span'), 'hour', 'one step back is enough');
    const slider = viewer.page.getByRole('slider').first();
    await slider.focus();
    await viewer.page.keyboard.press('ArrowLeft');
    assert.match(await slider.getAttribute('aria-valuetext'), /, Mean (–|[\d.,]+), Most /);
    for (let minutes = 0; minutes < 10; minutes++) await viewer.page.keyboard.press('Shift+ArrowLeft');
    await viewer.page.keyboard.press('Enter');
    const byKeys = await until(
      'the time chosen by keys',
      () => new URL(viewer.page.url()).searchParams,
      (query) => query.has('from'),
    );
    assert.equal(Number(byKeys.get('to')) - Number(byKeys.get('from')), 600);
    assert.deepEqual(viewer.problems, []);
  });
});
