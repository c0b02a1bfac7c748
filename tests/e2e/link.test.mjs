// What people see while the link or the server fails them: the quality gives way and comes back, and so does
// the connection.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { launch, ViewerPage } from './page.mjs';
import { freePort, Server } from './server.mjs';
import { Throttle } from './throttle.mjs';
import { until } from './wait.mjs';

/** Flags for a picture so small that the link is the bottleneck, and not the machine that runs the tests. */
const SMALL_PICTURE = ['--capture-width', '640', '--capture-height', '360'];

const browser = await launch();
after(() => browser.close());

describe('a viewer', () => {
  it('gets a lower rung on a thin link, is told why, and gets a higher one as it recovers', async (test) => {
    const server = await Server.start(SMALL_PICTURE);
    test.after(() => server.stop());
    const link = await Throttle.start(server.port);
    test.after(() => link.stop());
    const viewer = await ViewerPage.open(browser, link.url);
    test.after(() => viewer.close());
    await viewer.until(
      'a good picture',
      ({ level, scale, fps }) => level >= 90 && scale === 1 && fps >= 20,
      60_000,
    );

    // Less than a third of what the highest levels take: about level 55.
    link.rate = 0.3 * (await bytesPerSecond(link, viewer));
    const isLow = (level, scale) => level <= 80 || scale > 1;
    await viewer.until('a step down', ({ level, scale }) => isLow(level, scale), 40_000);
    const thin = await viewer.until('frames at a lower rung', ({ frameLevel, frameScale }) =>
      isLow(frameLevel, frameScale),
    );
    assert.match(thin.steps, /of [\d.]+ FPS arrived|no picture arrived/);
    assert.ok(thin.delay < 1_500, `frames are ${thin.delay} ms old on the thin link`);
    await viewer.moves();

    link.rate = Infinity;
    // Any smaller picture is below any level of a larger one.
    const heightOf = ({ level, scale }) => level - 100 * Math.log2(scale);
    let lowest = heightOf(thin);
    const risen = (shown) => {
      lowest = Math.min(lowest, heightOf(shown));
      return heightOf(shown) >= lowest + 10;
    };
    await viewer.until('two steps up', risen, 90_000);
    const { states } = await viewer.past();
    assert.deepEqual(
      states.filter((state) => state !== 'connecting'),
      ['open'],
      'the connection broke on the way',
    );
  });

  it('comes back by itself after the server crashed', async (test) => {
    const port = await freePort();
    const crashed = await Server.start([], port);
    test.after(() => crashed.stop());
    const viewer = await ViewerPage.open(browser, crashed.url);
    test.after(() => viewer.close());
    await viewer.moves();

    await crashed.kill();
    const lost = await viewer.until('the loss to be told', ({ notice }) =>
      /Next try|Trying now/.test(notice),
    );
    assert.ok(lost.dim, 'the last picture looks like a live one');

    const restarted = await Server.start([], port);
    test.after(() => restarted.stop());
    await viewer.moves();
    assert.equal((await viewer.shown()).notice, '');
    const { states, notices } = await viewer.past();
    assert.ok(states.includes('waiting') && states.at(-1) === 'open', states.join());
    assert.ok(notices.includes('Connection lost'), notices.join());
  });

  it('is told when the server is stopped, which takes no longer for an open page', async (test) => {
    const server = await Server.start();
    test.after(() => server.stop());
    const viewer = await ViewerPage.open(browser, server.url);
    test.after(() => viewer.close());
    await viewer.moves();

    const asked = performance.now();
    const { code, signal } = await server.stop();
    const tookMs = performance.now() - asked;
    assert.deepEqual({ code, signal }, { code: 0, signal: null });
    assert.ok(tookMs < 3_000, `the server took ${tookMs.toFixed()} ms to end`);
    const told = await viewer.until(
      'the end to be told',
      ({ connection, notice }) => connection === 'waiting' && notice !== '',
    );
    assert.ok(told.dim, 'the last picture looks like a live one');
    const { notices } = await viewer.past();
    assert.ok(notices.includes('The server is restarting'), notices.join());
  });
});

/** Bytes a second that the picture takes now, measured over two seconds' worth of frames. */
async function bytesPerSecond(link, viewer) {
  const [bytes, startedMs] = [link.passed, performance.now()];
  const elapsed = () => (performance.now() - startedMs) / 1000;
  await until('two seconds', elapsed, (seconds) => seconds >= 2);
  await viewer.moves(1);
  return (link.passed - bytes) / elapsed();
}
