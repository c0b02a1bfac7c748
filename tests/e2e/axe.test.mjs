// What axe (https://github.com/dequelabs/axe-core) finds on each page, light and dark: nothing.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, DESKTOP, launch, PHONE, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules of WCAG 2.2, levels A and AA, and what axe calls good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const browser = await launch();
after(() => browser.close());

/** What axe finds on a page: which rule, and where. */
async function found(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), TAGS);
  const where = ({ id, nodes }) => nodes.map(({ target, failureSummary: why }) => `${id}: ${target}: ${why}`);
  return violations.flatMap(where);
}

describe('axe', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-axe-'));
    const file = join(folder, 'cameras.toml');
    await writeFile(
      file,
      '[main]\nsource = "synthetic:people=40,seed=3"\n\n' +
        '[yard]\nsource = "/nowhere/no.mp4"\nanalytics = false\n',
    );
    const flags = ['--cameras', file, '--analytics', 'on', '--database', join(folder, 'history.db')];
    server = await Server.start([...flags, '--webhook-url', 'http://127.0.0.1:9/']);
    const events = async () =>
      (await (await fetch(`${server.url}/api/events?camera=main`)).json()).events ?? [];
    await until('somebody crosses a line', events, (seen) =>
      seen.some(({ kind }) => kind === 'line_crossed'),
    );
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  /** Pages, with what has to be there and what is to be done before axe looks. */
  const PAGES = {
    'one camera': ['/?camera=main', (page) => page.getByTestId('fps').filter({ hasText: /\d/ }).waitFor()],
    'a camera without pictures': ['/?camera=yard', (page) => page.getByTestId('camera-state').waitFor()],
    'all cameras': ['/?layout=grid', (page) => page.getByTestId('tile-people').first().waitFor()],
    events: ['/events', (page) => page.getByTestId('events').getByRole('listitem').first().waitFor()],
    'one event': [
      '/events?kind=line_crossed',
      async (page) => {
        await page.getByTestId('events').getByRole('link').first().click();
        await page.getByTestId('event').waitFor();
      },
    ],
    history: ['/history?camera=main&span=hour', (page) => page.getByTestId('chart').first().waitFor()],
    cameras: ['/cameras', (page) => page.getByTestId('camera-rows').waitFor()],
    'a new camera': [
      '/cameras?new',
      async (page) => {
        await page.getByTestId('source').fill('/nowhere/no.mp4');
        await page.keyboard.press('Enter');
        await page.locator('[data-outcome="bad"]').waitFor();
      },
    ],
    'what to count': [
      '/cameras?camera=main',
      async (page) => {
        for (const shape of ['line', 'zone']) {
          await page.getByTestId(`draw-${shape}`).click();
          await page.keyboard.press('Enter');
        }
        await page.getByTestId('places').locator('li').nth(1).waitFor();
      },
    ],
    'a wall': [
      '/?wall=1&camera=main',
      (page) => page.getByTestId('wall-numbers').locator('dd').first().waitFor(),
    ],
    rules: ['/rules', (page) => page.getByTestId('service-webhook').waitFor()],
    'a rule': [
      '/rules',
      async (page) => {
        await page.getByRole('button', { name: 'Add a rule' }).first().click();
        await page.getByTestId('rule-form').getByRole('button', { name: 'Save' }).click();
      },
    ],
    'the state': ['/state', (page) => page.getByTestId('tokens').waitFor()],
    nowhere: ['/nowhere', (page) => page.getByTestId('not-found').waitFor()],
    services: [
      '/?camera=main',
      async (page) => {
        await page.getByTestId('services').getByText('Services').click();
        await page.getByTestId('service-webhook').waitFor();
      },
    ],
  };

  for (const [name, [path, ready]] of Object.entries(PAGES))
    it(`finds nothing on the page of ${name}`, async (test) => {
      for (const [options, colorScheme] of [
        [DESKTOP, 'dark'],
        [PHONE, 'light'],
      ]) {
        const viewer = new ViewerPage(await blankPage(browser, { ...options, colorScheme }));
        test.after(() => viewer.close());
        await viewer.page.goto(`${server.url}${path}`);
        await ready(viewer.page);
        assert.deepEqual(await found(viewer.page), [], colorScheme);
      }
    });
});
