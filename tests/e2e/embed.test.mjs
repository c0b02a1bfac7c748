// A camera on other people's pages: in a frame, and as an element, with a token, from a site that may watch;
// and not from one that may not.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, describe, it } from 'node:test';
import { firstPage, launch } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const TOKEN = 'viewers-of-the-shop-0123456789';

const browser = await launch();
after(() => browser.close());

/** A site with one page. Out: its origin, and a way to set what stands there. */
async function siteOf(test) {
  const site = { body: '' };
  const listener = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Shop</title>${site.body}`);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  test.after(() => {
    listener.closeAllConnections();
    listener.close();
  });
  // Browsers call this another site than 127.0.0.1.
  return Object.assign(site, { origin: `http://localhost:${listener.address().port}` });
}

/** A server whose pictures a site may show, the site, and a page that shows it once it has a body. */
async function setUp(test, isAllowed) {
  const site = await siteOf(test);
  const allowed = isAllowed ? ['--allowed-origins', site.origin] : [];
  const server = await Server.start(['--viewer-token', TOKEN, ...allowed]);
  test.after(() => server.stop());
  const page = await firstPage(browser);
  test.after(() => page.context().close());
  return { site, server, page };
}

/** Number of the frame that an element shows; 0 for none. */
const frameIn = (root) =>
  root
    .locator('steadycast-camera .video')
    .first()
    .evaluate(({ dataset }) => Number(dataset.frame ?? 0));

/** Waits until the picture of an element has gone on for a while. */
async function moves(root) {
  const from = await until(
    'a frame',
    () => frameIn(root),
    (frame) => frame > 0,
  );
  await until(
    'it goes on',
    () => frameIn(root),
    (frame) => frame > from + 20,
  );
}

/** Whether anything is drawn over the picture of an element. */
const isDrawnOver = (root) =>
  root
    .locator('steadycast-camera canvas[aria-hidden]')
    .first()
    .evaluate((overlay) => {
      const { width, height } = overlay;
      const drawn = overlay.getContext('2d').getImageData(0, 0, width, height).data;
      return drawn.some((value) => value > 0);
    });

describe('on a page of another site', () => {
  it('a frame shows a camera with its layers', async (test) => {
    const { site, server, page } = await setUp(test, true);
    const address = `${server.url}/embed/main?token=${TOKEN}&layers=boxes`;
    site.body = `<iframe width="640" height="360" src="${address}"></iframe>`;
    await page.goto(site.origin);
    await moves(page.frameLocator('iframe'));
    await until('boxes', () => isDrawnOver(page.frameLocator('iframe')), Boolean);
  });

  it('the element shows a camera, another one, and rests when it is taken away', async (test) => {
    const { site, server, page } = await setUp(test, true);
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    site.body =
      `<script src="${server.url}/steadycast-camera.js" defer></script>` +
      `<steadycast-camera camera="main" token="${TOKEN}" style="width: 480px"></steadycast-camera>`;
    await page.goto(site.origin);
    await moves(page);
    const element = page.locator('steadycast-camera');
    assert.equal(await element.getAttribute('state'), 'open');
    await element.evaluate((camera) => camera.setAttribute('camera', 'nowhere'));
    await until(
      'it says so',
      () => element.evaluate((camera) => camera.shadowRoot.textContent),
      (words) => words.includes('There is no camera nowhere'),
    );
    await element.evaluate((camera) => camera.setAttribute('camera', 'main'));
    await moves(page);
    const viewers = async () => {
      const answer = await fetch(`${server.url}/api/status`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return (await answer.json()).cameras[0].viewers;
    };
    assert.equal(await viewers(), 1);
    const kept = await element.elementHandle();
    await element.evaluate((camera) => camera.remove());
    await until('nobody watches', viewers, (count) => count === 0);
    assert.equal(await kept.getAttribute('state'), 'stopped');
    assert.deepEqual(problems, []);
  });

  it('neither shows anything where that site may not watch', async (test) => {
    const { site, server, page } = await setUp(test, false);
    site.body =
      `<script src="${server.url}/steadycast-camera.js"></script>` +
      `<iframe src="${server.url}/embed/main?token=${TOKEN}"></iframe>` +
      `<steadycast-camera server="${server.url}" camera="main" token="${TOKEN}"></steadycast-camera>`;
    const refused = [];
    page.on('response', (answer) => answer.status() === 403 && refused.push(new URL(answer.url()).pathname));
    await page.goto(site.origin);
    await until(
      'the frame is refused',
      () => refused,
      (paths) => paths.includes('/embed/main'),
    );
    // The page has loaded, so the script has been asked for.
    assert.equal(await page.locator('steadycast-camera').evaluate((camera) => camera.shadowRoot), null);
  });
});

it('the page for a frame asks for no credential, and shows nothing without one', async (test) => {
  const server = await Server.start(['--viewer-token', TOKEN]);
  test.after(() => server.stop());
  const page = await firstPage(browser);
  test.after(() => page.context().close());
  await page.goto(`${server.url}/embed/main`);
  const words = () => page.locator('steadycast-camera').evaluate((camera) => camera.shadowRoot.textContent);
  await until('it says why', words, (said) => /token|log in/i.test(said.replace(/:host.*}/s, '')));
  await page.goto(`${server.url}/embed/main?token=${TOKEN}`);
  await moves(page);
});
