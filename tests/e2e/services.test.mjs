// Services on the page: whoever may change things sees how each fares, and tries it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, it } from 'node:test';
import { blankPage, DESKTOP, launch, PHONE, ServicesList } from './page.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

const SMALL = ['--source', 'synthetic:people=3', '--capture-width', '320', '--capture-height', '180'];

const browser = await launch();
after(() => browser.close());

/** A program that takes webhooks, and keeps what it is told. */
async function receiver() {
  const told = [];
  const server = createServer((request, answer) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      told.push(JSON.parse(Buffer.concat(pieces).toString()));
      answer.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { told, url: `http://127.0.0.1:${server.address().port}/`, end: () => server.close() };
}

describe('The services on the page', () => {
  it('are tried by a button, which says what came of it', async (t) => {
    const hook = await receiver();
    t.after(hook.end);
    const services = ['--webhook-url', hook.url, '--ntfy-url', 'http://127.0.0.1:9/topic'];
    const server = await Server.start([...SMALL, '--analytics', 'off', ...services]);
    t.after(() => server.stop());
    const page = await blankPage(browser);
    await page.goto(server.url);
    const list = new ServicesList(page);
    await list.open();
    assert.match(await list.said('webhook'), /Nothing told yet/);
    await list.try('webhook');
    await until(
      'it arrives',
      () => list.said('webhook'),
      (words) => words.includes('The test arrived'),
    );
    assert.deepEqual(
      hook.told.map(({ kind }) => kind),
      ['test'],
    );
    await list.try('ntfy');
    await until(
      'it is refused',
      () => list.said('ntfy'),
      (words) => words.includes('nothing listens there'),
    );
    for (const size of [DESKTOP.viewport, PHONE.viewport]) {
      await page.setViewportSize(size);
      assert.ok(await list.fits(), `words leave the list at ${size.width}`);
      for (const box of await list.boxes())
        assert.ok(box.x >= 0 && box.x + box.width <= size.width, `${size.width}: ${JSON.stringify(box)}`);
    }
    await page.mouse.click(2, PHONE.viewport.height - 2);
    assert.equal(await list.isOpen(), false, 'it closes where somebody goes on elsewhere');
    await page.close();
  });
});
