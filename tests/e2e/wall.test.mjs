// A screen on a wall: one camera after the other, with large numbers and nothing to touch.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { blankPage, DESKTOP, launch, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const browser = await launch();
after(() => browser.close());

describe('a screen on a wall', () => {
  it('shows the picture with numbers that can be read from afar, and no controls', async (test) => {
    const server = await Server.start(['--source', 'synthetic:people=20', '--analytics', 'on']);
    test.after(() => server.stop());
    const viewer = new ViewerPage(await blankPage(browser, { ...DESKTOP, colorScheme: 'light' }));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/?wall=1`);
    const numbers = viewer.hook('wall-numbers');
    await until(
      'people and crossings',
      async () => ((await numbers.count()) > 0 ? numbers.innerText() : ''),
      (words) => /People\s+\d+/.test(words) && /In today\s+\d+/.test(words),
    );
    const height = await numbers
      .locator('dd')
      .first()
      .evaluate((dd) => parseFloat(window.getComputedStyle(dd).fontSize));
    const ground = await viewer
      .hook('wall')
      .evaluate((wall) => window.getComputedStyle(wall).backgroundColor);
    assert.equal(ground, 'rgb(13, 16, 19)', 'it is dark also where the system is light');
    assert.ok(height >= 60, `${height} px are too small`);
    assert.equal(await viewer.page.getByRole('button').count(), 0);
    assert.equal(await viewer.hook('wall').getAttribute('data-camera'), 'main');
    assert.deepEqual(viewer.problems, []);
  });
});
