// Server-sent events in a browser: its own EventSource hears what happens, comes again by itself when the
// server has been away, and then gets what it missed.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { blankPage, launch } from './page.mjs';
import { freePort, Server } from './server.mjs';
import { until } from './wait.mjs';

const SMALL = ['--source', 'synthetic:people=3', '--capture-width', '320', '--capture-height', '180'];

const browser = await launch();
after(() => browser.close());

/** Switches the camera off or on, as an operator's program does. */
async function change(server, what) {
  const headers = { 'X-Steadycast': '1' };
  const answer = await fetch(`${server.url}/api/cameras/main/${what}`, { method: 'POST', headers });
  assert.ok(answer.ok, `${what}: ${answer.status}`);
}

describe('The stream of events', () => {
  it('is heard by a page, which gets what it missed while the server was away', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'steadycast-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const [flags, port] = [
      [...SMALL, '--analytics', 'off', '--database', join(folder, 'e.db')],
      await freePort(),
    ];
    let server = await Server.start(flags, port);
    t.after(() => server.stop());
    const page = await blankPage(browser);
    await page.goto(`${server.url}/api/health`);
    await page.evaluate(() => {
      globalThis.heard = [];
      const events = new globalThis.EventSource('/api/events/stream?results=0');
      events.addEventListener('event', ({ data, lastEventId }) =>
        globalThis.heard.push({ ...JSON.parse(data), lastEventId }),
      );
      globalThis.events = events;
    });
    const heard = () => page.evaluate(() => globalThis.heard);
    const kinds = async () => (await heard()).map(({ kind }) => kind);
    await until(
      'the stream is open',
      () => page.evaluate(() => globalThis.events.readyState),
      (state) => state === 1,
    );
    await change(server, 'stop');
    await until('it is heard', kinds, (seen) => seen.includes('camera_stopped'));
    await server.stop();
    server = await Server.start(flags, port);
    // The camera was added before the page came again.
    await until('what was missed is heard', kinds, (seen) => seen.includes('camera_added'));
    await change(server, 'stop');
    const stops = async () => (await kinds()).filter((kind) => kind === 'camera_stopped').length;
    await until('it goes on', stops, (seen) => seen === 2);
    const all = await heard();
    assert.ok(all.every(({ id, lastEventId }) => String(id) === lastEventId));
    assert.ok(
      all.every(({ id }, n) => n === 0 || id > all[n - 1].id),
      JSON.stringify(all),
    );
  });
});
