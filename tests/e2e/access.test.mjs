// Who may watch: pages of other sites may not, and where there is a token nobody without it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ForeignSite, tryToWatch } from './foreign_site.mjs';
import { blankPage, launch, ViewerPage } from './page.mjs';
import { freePort, Server } from './server.mjs';

const browser = await launch();
after(() => browser.close());

describe('a page of another site', () => {
  let site;
  before(async () => {
    site = await ForeignSite.start();
  });
  after(() => site?.stop());

  async function attempts(flags) {
    const server = await Server.start(flags);
    try {
      const seen = [];
      for (const origin of site.origins) {
        const page = await blankPage(browser);
        await page.goto(origin);
        seen.push(await tryToWatch(page, server.url));
        await page.context().close();
      }
      return seen;
    } finally {
      await server.stop();
    }
  }

  it('cannot watch, neither by socket nor as a picture, and cannot read the status', async () => {
    for (const seen of await attempts([]))
      assert.deepEqual(seen, { socket: 'refused', picture: 'refused', status: 'refused' });
  });

  it('can watch if its origin is allowed', async () => {
    for (const seen of await attempts(['--allowed-origins', site.origins.join()])) {
      assert.deepEqual([seen.socket, seen.picture], ['open', 'open']);
    }
  });
});

describe('a camera with a token', () => {
  const TOKEN = 't0ken-of-the-plaza';

  async function enter(page, token) {
    await page.locator('input[name="token"]').fill(token);
    await page.locator('form button').click();
  }

  it('asks for the token, again if it is wrong, and hides the right one in the address', async (test) => {
    const server = await Server.start(['--viewer-token', TOKEN]);
    test.after(() => server.stop());
    const viewer = new ViewerPage(await blankPage(browser));
    test.after(() => viewer.close());
    const { page } = viewer;
    const form = page.locator('form input[name="token"]');
    await page.goto(server.url);
    await form.waitFor();
    assert.equal(await viewer.hook('video').count(), 0);

    await enter(page, 'wrong');
    await page.waitForURL(/token=wrong/);
    await form.waitFor();
    assert.equal(await viewer.hook('video').count(), 0);

    await enter(page, TOKEN);
    await viewer.remember();
    await viewer.moves();
    assert.equal(page.url(), `${server.url}/`);
    await page.reload();
    await viewer.remember();
    await viewer.moves();
  });

  it('asks in the page itself when the token is changed while somebody watches', async (test) => {
    const port = await freePort();
    const before = await Server.start(['--viewer-token', TOKEN], port);
    test.after(() => before.stop());
    const viewer = await ViewerPage.open(browser, `${before.url}/?token=${TOKEN}`);
    test.after(() => viewer.close());
    await viewer.moves();
    await before.stop();
    const after = await Server.start(['--viewer-token', 'another'], port);
    test.after(() => after.stop());

    await viewer.hook('token-form').waitFor();
    assert.equal((await viewer.shown()).connection, 'refused');
    await enter(viewer.page, 'another');
    await viewer.page.waitForLoadState();
    await viewer.remember();
    await viewer.moves();
    assert.equal(viewer.page.url(), `${after.url}/`);
  });
});
