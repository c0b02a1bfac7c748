// What a visitor waits for, and what a page takes while it stands open. In: the program, built; parts by
// name: `first`, `link`, `busy`, `phone`, `heap`, `tiles`. Out: figures beside their bars, and an exit code
// that is not zero where one is missed. Run by hand on a machine that does nothing else: node
// benches/visit.mjs first link busy phone
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstPage, launch, PHONE, ViewerPage } from '../tests/e2e/page.mjs';
import { Server } from '../tests/e2e/server.mjs';
import { Throttle } from '../tests/e2e/throttle.mjs';

/** Visits of which the median counts. */
const VISITS = 5;
/** Half of the way there and back, ms. */
const DELAY_MS = 40;
/** Rate of the thin link, bytes a second. */
const THIN = 4e6 / 8;
/** Time for which a page is looked at, ms; and for the heap, in a long look. */
const LOOK_MS = 20_000;
const HEAP_MS = Number(process.env.HEAP_SECONDS ?? 600) * 1000;

const parts = process.argv.slice(2);
const wants = (part) => parts.length === 0 || parts.includes(part);

/** Tells a figure beside its bar. */
function note(what, value, unit, holds, bar) {
  const isHeld = holds(value);
  if (!isHeld) process.exitCode = 1;
  console.log(`${what.padEnd(64)} ${value.toFixed(2)} ${unit}  ${bar}${isHeld ? '' : '  MISSED'}`);
}
const atMost = (what, value, unit, most) => note(what, value, unit, (v) => v <= most, `<= ${most}`);
const atLeast = (what, value, unit, least) => note(what, value, unit, (v) => v >= least, `>= ${least}`);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A way to a port that takes its time in each direction, also to open a connection. */
async function slowWay(port, delayMs) {
  const carry = (from, to) => from.on('data', (bytes) => setTimeout(() => to.write(bytes), delayMs));
  const listener = createServer(async (browser) => {
    browser.setNoDelay(true).on('error', () => browser.destroy());
    browser.pause();
    await sleep(2 * delayMs);
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    server.on('error', () => server.destroy());
    carry(browser, server);
    carry(server, browser);
    browser.on('close', () => server.destroy());
    server.on('close', () => setTimeout(() => browser.destroy(), delayMs));
    browser.resume();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return { url: `http://127.0.0.1:${listener.address().port}`, stop: () => listener.close() };
}

/** Milliseconds from asking for a page until its first picture is painted. */
async function firstPictureMs(browser, url, options) {
  const page = await firstPage(browser, options);
  await page.addInitScript(noteFirst);
  await page.goto(url, { waitUntil: 'commit' });
  const first = await page.waitForFunction(() => globalThis.steadycastFirstMs, undefined, { polling: 20 });
  const ms = await first.jsonValue();
  await page.context().close();
  return ms;
}

async function visits(url, options) {
  const browser = await launch();
  const found = [];
  for (let visit = 0; visit < VISITS; visit++) found.push(await firstPictureMs(browser, url, options));
  await browser.close();
  return median(found);
}

async function first(server) {
  atMost('first picture, loopback', (await visits(server.url)) / 1000, 's', 0.6);
}

async function link(server) {
  const throttle = await Throttle.start(server.port);
  throttle.rate = THIN;
  const way = await slowWay(Number(new URL(throttle.url).port), DELAY_MS);
  atMost('first picture, 4 Mbit/s and 80 ms', (await visits(way.url)) / 1000, 's', 1.2);
  way.stop();
  await throttle.stop();
}

async function busy(server) {
  const browser = await launch();
  const viewer = new ViewerPage(await firstPage(browser));
  await viewer.page.addInitScript(noteTasks);
  await viewer.page.goto(`${server.url}/?level=80`);
  await viewer.remember();
  for (let frames = 0; frames < 150; frames += 30) await viewer.moves(30);
  const tools = await viewer.page.context().newCDPSession(viewer.page);
  await tools.send('Performance.enable');
  const look = async () => {
    const { metrics } = await tools.send('Performance.getMetrics');
    const busyS = metrics.find(({ name }) => name === 'TaskDuration').value;
    const { painted, received } = await viewer.page.evaluate(() => globalThis.steadycastTold());
    return { busyS, painted, received, at: performance.now() };
  };
  await viewer.page.evaluate(() => globalThis.steadycastTasks.splice(0));
  const before = await look();
  await sleep(LOOK_MS);
  const after = await look();
  const tasks = await viewer.page.evaluate(() => globalThis.steadycastTasks);
  const seconds = (after.at - before.at) / 1000;
  atMost('longest task of the main thread', Math.max(0, ...tasks), 'ms', 50);
  atMost('main thread busy', ((after.busyS - before.busyS) / seconds) * 100, '%', 25);
  const received = after.received - before.received;
  atLeast('painted of received', ((after.painted - before.painted) / received) * 100, '%', 99);
  console.log(`  ${(received / seconds).toFixed(1)} frames a second`);
  await browser.close();
}

async function phone(server) {
  const browser = await launch();
  const page = await firstPage(browser, PHONE);
  const tools = await page.context().newCDPSession(page);
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(noteShifts);
  await page.goto(server.url);
  await sleep(8_000);
  const { shift, largestMs } = await page.evaluate(() => globalThis.steadycastShifts);
  atMost('phone, CPU 4 times slower: layout shift', shift, '', 0.001);
  atMost('phone, CPU 4 times slower: largest paint', largestMs / 1000, 's', 1.5);
  await browser.close();
}

async function heap(server) {
  const browser = await launch();
  const viewer = new ViewerPage(await firstPage(browser));
  await viewer.page.goto(`${server.url}/?level=80`);
  await viewer.remember();
  const tools = await viewer.page.context().newCDPSession(viewer.page);
  const used = async () => {
    await tools.send('HeapProfiler.collectGarbage');
    return (await tools.send('Runtime.getHeapUsage')).usedSize / 1e6;
  };
  await sleep(HEAP_MS / 10);
  const before = await used();
  await sleep((HEAP_MS * 9) / 10);
  const after = await used();
  console.log(`  heap ${before.toFixed(2)} MB, then ${after.toFixed(2)} MB`);
  atMost(`heap, ${HEAP_MS / 1000} s against a tenth of that`, after - before, 'MB', 1);
  await browser.close();
}

/** Sixteen tiles that share a thin link. */
async function tiles() {
  const folder = await mkdtemp(join(tmpdir(), 'steadycast-tiles-'));
  const file = join(folder, 'cameras.toml');
  const names = Array.from({ length: 16 }, (_, n) => `camera${n}`);
  const table = (name) => `[${name}]\nsource = "synthetic:people=8"\nwidth = 640\nheight = 360\nfps = 15\n`;
  await writeFile(file, names.map(table).join(''));
  const server = await Server.start(['--cameras', file, '--analytics', 'off']);
  const throttle = await Throttle.start(server.port);
  throttle.rate = THIN;
  const way = await slowWay(Number(new URL(throttle.url).port), DELAY_MS);
  const browser = await launch();
  const page = await firstPage(browser, { viewport: { width: 1920, height: 1080 } });
  await page.goto(way.url);
  await sleep(15_000);
  const frames = () =>
    page.$$eval('[data-testid="video"]', (all) => all.map(({ dataset }) => Number(dataset.frame ?? 0)));
  const rates = await page.evaluate(countPaintings, LOOK_MS);
  console.log(`  ${(await frames()).length} tiles, ${rates.map((rate) => rate.toFixed(1)).join(' ')}`);
  atLeast('16 tiles on 4 Mbit/s: the slowest', Math.min(...rates), 'FPS', 10);
  await browser.close();
  way.stop();
  await throttle.stop();
  await server.stop();
  await rm(folder, { recursive: true });
}

const server = await Server.start(['--analytics', 'off']);
try {
  for (const [name, part] of Object.entries({ first, link, busy, phone, heap, tiles }))
    if (wants(name)) await part(server);
} finally {
  await server.stop();
}

/* What follows runs in the browser. */

function noteFirst() {
  new MutationObserver((_, observer) => {
    if (document.querySelector('[data-testid="video"][data-frame]') === null) return;
    globalThis.steadycastFirstMs = performance.now();
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-frame'] });
}

function noteTasks() {
  globalThis.steadycastTasks = [];
  new PerformanceObserver((list) =>
    globalThis.steadycastTasks.push(...list.getEntries().map(({ duration }) => duration)),
  ).observe({ type: 'longtask' });
  let received = 0;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const comment = new TextDecoder().decode(new Uint8Array(data, 6, 250));
        // Sharper blocks are sent apart from frames.
        if (!comment.includes(' refined=1')) received++;
      });
    }
  };
  globalThis.steadycastTold = () => ({ received, painted: globalThis.steadycastPast.frames.length });
}

function noteShifts() {
  const told = { shift: 0, largestMs: 0 };
  globalThis.steadycastShifts = told;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) told.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    told.largestMs = list.getEntries().at(-1)?.startTime ?? told.largestMs;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
}

/** Pictures painted a second in each place, over so long a time. */
async function countPaintings(ms) {
  const counts = [...document.querySelectorAll('[data-testid="video"]')].map((video) => {
    const counted = { frames: 0 };
    new MutationObserver(() => counted.frames++).observe(video, { attributeFilter: ['data-frame'] });
    return counted;
  });
  await new Promise((resolve) => setTimeout(resolve, ms));
  return counts.map(({ frames }) => frames / (ms / 1000));
}
