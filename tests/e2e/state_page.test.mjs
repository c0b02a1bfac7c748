// The page of what the server is doing: its load while somebody watches, what is wrong, and credentials.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blankPage, launch, PHONE, ViewerPage } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const CAMERAS = `
[main]
source = "synthetic:people=3"

[yard]
source = "synthetic:people=3"
rules = [{ id = "lost", when = "source_lost", tell = ["telegram"] }]
`;

const SMALL = ['--capture-width', '320', '--capture-height', '180', '--analytics', 'off'];
const ADMIN = 'an-admin-token-for-this-test-alone';

const browser = await launch();
after(() => browser.close());

describe('the page of the state', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steadycast-state-'));
    const file = join(folder, 'cameras.toml');
    await writeFile(file, CAMERAS);
    server = await Server.start([
      ...['--cameras', file, ...SMALL, '--database', join(folder, 'history.db')],
      ...['--admin-token', ADMIN, '--jwt-secret', 'a secret of more than 32 bytes for this test'],
      ...['--access-database', join(folder, 'access.db')],
    ]);
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(test, query = `?token=${ADMIN}`, options = undefined) {
    const viewer = new ViewerPage(await blankPage(browser, options));
    test.after(() => viewer.close());
    await viewer.page.goto(`${server.url}/state${query}`);
    await viewer.hook('state').waitFor();
    return viewer;
  }

  const figure = (part, name) =>
    part.locator('.state-figure').filter({ hasText: name }).first().locator('dd').innerText();

  it('has who watches at which levels and rates, and what does not work', async (test) => {
    const watching = await ViewerPage.open(browser, `${server.url}/?camera=yard&token=${ADMIN}&level=60`);
    test.after(() => watching.close());
    await watching.moves();
    const viewer = await open(test);
    const yard = viewer.hook('camera-state-yard');
    const sent = await until(
      'rates',
      () => figure(yard, 'Sent'),
      (word) => /FPS each/.test(word) && Number.parseFloat(word) > 10,
    );
    assert.match(sent, /^[\d.]+ FPS each, [\d.]+ Mbit\/s$/);
    assert.equal(await figure(yard, 'Levels'), '60');
    assert.equal(await figure(yard, 'Viewers'), '1');
    const load = viewer.hook('load');
    assert.match(await figure(load, 'Encoders'), /^\d+ %/);
    assert.match(await figure(load, 'History'), /MB$/);
    assert.match(await viewer.hook('health').innerText(), /camera yard: rules tell nobody/i);
    assert.deepEqual(viewer.problems, []);
  });

  it('makes a link that shows one camera, and ends it', async (test) => {
    const viewer = await open(test);
    const shares = viewer.hook('shares');
    await shares.getByLabel('Camera').selectOption('yard');
    await shares.getByLabel('For how long').selectOption('3600');
    await shares.getByRole('button', { name: 'Make a link' }).click();
    const link = await shares.getByLabel('Link', { exact: true }).inputValue();
    assert.ok(link.startsWith(server.url), link);
    await shares.getByText('For a phone').click();
    await shares.getByRole('img', { name: 'QR code of the link' }).waitFor();
    const guest = await ViewerPage.open(browser, link);
    test.after(() => guest.close());
    await guest.moves();
    const theirs = new ViewerPage(guest.page);
    await theirs.page.goto(`${server.url}/state`);
    await theirs.hook('camera-state-yard').waitFor();
    assert.equal(await theirs.hook('camera-state-main').count(), 0);
    for (const part of ['shares', 'tokens', 'audit']) assert.equal(await theirs.hook(part).count(), 0, part);
    await shares.getByRole('button', { name: 'Revoke' }).click();
    await shares.getByText('It has ended').waitFor();
    const refused = await fetch(link.replace('/?', '/api/status?'));
    assert.equal(refused.status, 401);
    await until(
      'it is written down',
      () => viewer.hook('audit').innerText(),
      (entries) => /shared yard/.test(entries),
    );
  });

  it('makes a token that is shown once, and ends it by itself', async (test) => {
    const viewer = await open(test);
    const tokens = viewer.hook('tokens');
    await tokens.getByLabel('Name').fill('guard');
    await tokens.getByLabel('yard').check();
    await tokens.getByRole('button', { name: 'Make a token' }).click();
    const token = await tokens.getByLabel('Token', { exact: true }).inputValue();
    const cameras = async () => {
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(`${server.url}/api/status`, { headers });
      return answer.ok ? (await answer.json()).cameras.map(({ camera }) => camera) : answer.status;
    };
    assert.deepEqual(await cameras(), ['yard']);
    const revoke = viewer.hook('revoke');
    await revoke.getByRole('textbox').fill(token);
    await revoke.getByRole('button', { name: 'Revoke' }).click();
    await revoke.getByText('Revoked: ').waitFor();
    assert.equal(await cameras(), 401);
    assert.deepEqual(viewer.problems, []);
  });

  it('fits a narrow page', async (test) => {
    const viewer = await open(test, undefined, { ...PHONE, viewport: { width: 320, height: 640 } });
    const width = await viewer.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 320, `${width}`);
  });
});
