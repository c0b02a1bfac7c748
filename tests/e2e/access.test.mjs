// Who may watch: pages of other sites may not, and where there is a token nobody without it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ForeignSite, tryToWatch } from './foreign_site.mjs';
import { blankPage, launch, ViewerPage } from './page.mjs';
import { addUser, freePort, Server } from './server.mjs';

const browser = await launch();
after(() => browser.close());

/** A folder of one test's own. */
async function folderFor(test) {
  const folder = await mkdtemp(join(tmpdir(), 'steadycast-access-'));
  // A server that still runs in it may make its certificate anew meanwhile.
  test.after(() => rm(folder, { recursive: true, maxRetries: 10 }));
  return folder;
}

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
    await page.locator('form button:not([type="button"])').click();
  }

  /** Enters a right token, and waits for the page that is loaded then. */
  async function enterRight(viewer, token) {
    const loaded = viewer.page.waitForEvent('load');
    await enter(viewer.page, token);
    await loaded;
    await viewer.remember();
    await viewer.moves();
  }

  async function startWith(test, flags, port) {
    const server = await Server.start(flags, port);
    test.after(() => server.stop());
    return server;
  }

  async function freshViewer(test) {
    const viewer = new ViewerPage(await blankPage(browser));
    test.after(() => viewer.close());
    return viewer;
  }

  it('asks for the token, again if it is wrong, and puts it into no address', async (test) => {
    const server = await startWith(test, ['--viewer-token', TOKEN]);
    const viewer = await freshViewer(test);
    const { page } = viewer;
    const [asked, refused] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('response', (response) => {
      if (response.status() === 401) refused.push(response.url());
    });
    await page.goto(server.url, { waitUntil: 'networkidle' });
    await page.locator('form input[name="token"]').waitFor();
    assert.equal(await viewer.hook('video').count(), 0);
    assert.deepEqual(refused, [`${server.url}/`], 'what the page is made of is open');
    assert.ok(!(await page.locator('#by').isVisible()), 'there is no other credential');

    await enter(page, 'wrong');
    await page.locator('#wrong:not(:empty)').waitFor();
    assert.equal(await viewer.hook('video').count(), 0);

    await enterRight(viewer, TOKEN);
    assert.equal(page.url(), `${server.url}/`);
    assert.ok(!asked.some((url) => url.includes('token=')), asked.join('\n'));
    await page.reload();
    await viewer.remember();
    await viewer.moves();
    const cookies = await page.evaluate(() => globalThis.document.cookie);
    assert.equal(cookies, '', 'no script reads the session');
  });

  it('takes a token out of the address, and nothing else', async (test) => {
    const server = await startWith(test, ['--viewer-token', TOKEN]);
    const viewer = await freshViewer(test);
    await viewer.page.goto(`${server.url}/?level=70&token=${TOKEN}&scale=2`);
    await viewer.remember();
    await viewer.moves();
    assert.equal(viewer.page.url(), `${server.url}/?level=70&scale=2`);
    await viewer.page.goBack();
    assert.ok(!viewer.page.url().includes('token'), viewer.page.url());
  });

  it('opens by a link on a page of another site', async (test) => {
    const site = await ForeignSite.start();
    test.after(() => site.stop());
    const server = await startWith(test, ['--viewer-token', TOKEN]);
    for (const origin of site.origins) {
      const viewer = await freshViewer(test);
      await viewer.page.goto(origin);
      await viewer.page.evaluate((url) => {
        globalThis.location.href = url;
      }, `${server.url}/?token=${TOKEN}`);
      await viewer.remember();
      await viewer.moves();
      assert.equal(viewer.page.url(), `${server.url}/`);
    }
  });

  it('is left by logging out', async (test) => {
    const server = await startWith(test, ['--viewer-token', TOKEN]);
    const viewer = await freshViewer(test);
    await viewer.page.goto(`${server.url}/?token=${TOKEN}`);
    await viewer.remember();
    await viewer.moves();
    await viewer.hook('log-out').click();
    await viewer.page.locator('form input[name="token"]').waitFor();
    await viewer.page.goto(server.url);
    await viewer.page.locator('form input[name="token"]').waitFor();
    assert.equal(await viewer.hook('video').count(), 0);
  });

  it('says so when the token is changed while somebody watches, and asks for another', async (test) => {
    const port = await freePort();
    const before = await startWith(test, ['--viewer-token', TOKEN], port);
    const viewer = await ViewerPage.open(browser, `${before.url}/?token=${TOKEN}`);
    test.after(() => viewer.close());
    await viewer.moves();
    await before.stop();
    const after = await startWith(test, ['--viewer-token', 'another'], port);

    await viewer.hook('logged-out').getByText('Your visit by a link has ended').waitFor();
    assert.equal((await viewer.shown()).connection, 'refused');
    assert.equal(await viewer.hook('video').count(), 0);
    for (const gone of ['overlay', 'fps', 'analytics-panel']) {
      assert.equal(await viewer.hook(gone).count(), 0, gone);
    }
    await viewer.hook('logged-out').getByRole('button').click();
    await enterRight(viewer, 'another');
    assert.equal(viewer.page.url(), `${after.url}/`);
  });

  it('says that a link has ended, and keeps it in no address', async (test) => {
    const folder = await folderFor(test);
    const kept = ['--access-database', join(folder, 'access.db'), '--jwt-key-file', join(folder, 'key')];
    const server = await startWith(test, ['--admin-token', TOKEN, ...kept]);
    const change = async (path, body) => {
      const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
      const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return answer.status === 204 ? {} : answer.json();
    };
    const { url, id } = await change('/api/cameras/main/share', { ttl_seconds: 600 });
    const viewer = await ViewerPage.open(browser, server.url + url);
    test.after(() => viewer.close());
    await viewer.moves();
    await change('/api/tokens/revoke', { id });
    await viewer.hook('logged-out').getByText('Your visit by a link has ended').waitFor();

    const { page } = viewer;
    await page.goto(server.url + url);
    await page.locator('#plea', { hasText: 'This link has ended' }).waitFor();
    await page.waitForURL(`${server.url}/?camera=main`);
    assert.equal(await page.locator('form input:visible').count(), 0, 'whoever has a link has no password');
    await page.locator('summary').click();
    await page.locator('input[name="token"]').waitFor();
  });
});

describe('a camera with users', () => {
  const [NAME, PASSWORD] = ['anna', 'a password that is long enough'];

  it('lets somebody in by name and password, and not by a wrong one', async (test) => {
    const database = join(await folderFor(test), 'access.db');
    addUser(database, NAME, PASSWORD);
    const server = await Server.start(['--access-database', database, '--viewer-token', 'another-way']);
    test.after(() => server.stop());
    const viewer = new ViewerPage(await blankPage(browser));
    test.after(() => viewer.close());
    const { page } = viewer;
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const enter = async (password) => {
      await page.locator('input[name="name"]').fill(NAME);
      await page.locator('input[name="password"]').fill(password);
      await page.locator('form button:not([type="button"])').click();
    };
    await page.goto(server.url);
    await page.locator('input[name="name"]').waitFor();
    assert.ok(!(await page.locator('input[name="token"]').isVisible()), 'people log in by name');
    assert.ok(await page.locator('#by').isVisible(), 'and there is a token too');
    await enter('another password');
    await page.locator('#wrong:not(:empty)').waitFor();
    assert.equal(await viewer.hook('video').count(), 0);

    const loaded = page.waitForEvent('load');
    await enter(PASSWORD);
    await loaded;
    await viewer.remember();
    await viewer.moves();
    assert.equal(page.url(), `${server.url}/`);
    assert.ok(!asked.some((url) => url.includes(encodeURIComponent(PASSWORD))), asked.join('\n'));
    assert.match(await viewer.hook('log-out').getAttribute('title'), new RegExp(NAME));
  });
});

describe('the page under TLS', () => {
  const TOKEN = 't0ken-of-the-plaza';
  let trusting;
  before(async () => {
    trusting = await launch(['--ignore-certificate-errors']);
  });
  after(() => trusting?.close());

  it('watches by an encrypted socket, with a cookie that is sent encrypted only', async (test) => {
    const folder = await folderFor(test);
    const flags = ['--tls', 'self-signed', '--viewer-token', TOKEN];
    const server = await Server.start(flags, 0, undefined, folder);
    test.after(() => server.stop());
    assert.ok(server.url.startsWith('https://'), server.url);
    const viewer = new ViewerPage(await blankPage(trusting));
    test.after(() => viewer.close());
    const sockets = [];
    viewer.page.on('websocket', (socket) => sockets.push(socket.url()));
    await viewer.page.goto(`${server.url}/?token=${TOKEN}`);
    await viewer.remember();
    await viewer.moves();
    assert.equal(viewer.page.url(), `${server.url}/`);
    assert.ok(sockets.length > 0 && sockets.every((url) => url.startsWith('wss://')), sockets.join('\n'));
    const cookies = await viewer.page.context().cookies();
    assert.deepEqual(
      cookies.map(({ secure, httpOnly, sameSite }) => [secure, httpOnly, sameSite]),
      [[true, true, 'Strict']],
    );
  });
});

describe('the page of the interface', () => {
  it('shows every operation, and asks nobody else', async (test) => {
    const server = await Server.start();
    test.after(() => server.stop());
    const page = await blankPage(browser);
    test.after(() => page.context().close());
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${server.url}/docs`);
    await page.locator('summary', { hasText: '/api/status' }).click();
    await page.locator('details[open] pre', { hasText: 'CameraStatus' }).first().waitFor();
    await page.locator('details[open] td code', { hasText: 'token_needed' }).first().waitFor();
    const tables = await page.locator('details[open] table').allInnerTexts();
    assert.ok(!tables.join().includes('`'), tables.join('\n'));
    const described = await (await fetch(`${server.url}/api/openapi.json`)).json();
    const operations = Object.values(described.paths).flatMap((methods) =>
      Object.keys(methods).filter((method) => method !== 'head'),
    );
    assert.equal(await page.locator('details').count(), operations.length);
    const elsewhere = asked.filter((url) => !url.startsWith(server.url));
    assert.deepEqual(elsewhere, []);
  });
});
