// The composed picture against complete ones. In: a viewer's page. Out: what kinds of messages brought its
// picture, and how near that comes to the server's own JPEGs of the same frames. Also ways to make the page's
// decoding thread slow, or to take it away.

/** Number of frames that are compared, of which the median counts. */
const SAMPLES = 9;
/** Longest time for that, ms: a machine under load paints few frames in time. */
const WITHIN_MS = 30_000;
/** Time from when a frame is said to be painted until it is on the page's canvas as well, ms. */
const SHOWN_AFTER_MS = 12;

/**
 * Numbers of messages.
 * @typedef {object} Parts
 * @property {number} whole
 * @property {number} delta
 * @property {number} sweep
 * @property {number} refined
 * @property {number} keys times that the page asked for a complete picture
 */

/**
 * Counts the messages of sockets opened from now on that may bring deltas.
 * @param {import('playwright-core').Page} page that has not been anywhere yet
 */
export function noteParts(page) {
  return page.addInitScript(noteMessages);
}

/** @param {import('playwright-core').Page} page @returns {Promise<Parts>} */
export function partsOf(page) {
  return page.evaluate(() => ({ ...globalThis.steadycastParts }));
}

/**
 * Likeness of the painted pictures to complete ones of the same rung, the median of several, dB. The page has
 * to show that rung already.
 * @param {import('playwright-core').Page} page
 * @param {{ level: number, scale: number }} rung
 * @returns {Promise<number>}
 */
export async function likeness(page, rung) {
  const settings = { ...rung, samples: SAMPLES, withinMs: WITHIN_MS, shownAfterMs: SHOWN_AFTER_MS };
  const found = await page.evaluate(compareFrames, settings);
  if (found.length < SAMPLES)
    throw new Error(`only ${found.length} of ${SAMPLES} frames could be compared: ${found.join()}`);
  return found.toSorted((a, b) => a - b)[Math.floor(SAMPLES / 2)];
}

/**
 * Lets the decoding thread of a page that has not been anywhere yet be as slow as `slowness` says.
 * @param {import('playwright-core').Page} page
 */
export function makeSlowable(page) {
  return page.addInitScript(delayReplies);
}

/** Delay of each answer of the decoding thread, ms. */
export function slowness(page, delayMs) {
  return page.evaluate((ms) => {
    globalThis.steadycastDelayMs = ms;
  }, delayMs);
}

/** Takes the decoding thread from a page that has not been anywhere yet. */
export function forbidWorkers(page) {
  return page.addInitScript(() => {
    globalThis.Worker = function () {
      throw new Error('workers are forbidden');
    };
  });
}

/* What follows runs in the browser. */

function noteMessages() {
  const parts = { whole: 0, delta: 0, sweep: 0, refined: 0, keys: 0 };
  globalThis.steadycastParts = parts;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      if (!String(address[0]).includes('delta=1')) return;
      this.addEventListener('message', ({ data }) => data instanceof ArrayBuffer && parts[partOf(data)]++);
    }
    send(message) {
      if (message === '{"type":"key"}') parts.keys++;
      super.send(message);
    }
  };
  function partOf(jpeg) {
    const comment = new TextDecoder().decode(new Uint8Array(jpeg, 6, 250));
    if (!/ base=\d/.test(comment)) return 'whole';
    if (comment.includes(' refined=1')) return 'refined';
    return comment.includes(' sweep=1') ? 'sweep' : 'delta';
  }
}

function delayReplies() {
  globalThis.steadycastDelayMs = 0;
  globalThis.Worker = class extends Worker {
    set onmessage(hear) {
      super.onmessage = (event) => {
        if (globalThis.steadycastDelayMs === 0) hear(event);
        else setTimeout(() => hear(event), globalThis.steadycastDelayMs);
      };
    }
  };
}

async function compareFrames({ level, scale, samples, withinMs, shownAfterMs }) {
  const video = document.querySelector('[data-testid="video"]');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const endMs = performance.now() + withinMs;
  const inTime = () => performance.now() < endMs;
  /** Complete JPEGs of late, by the number of their frame. */
  const whole = new Map();
  const origin = document.location.origin.replace('http', 'ws');
  const socket = new WebSocket(`${origin}/websocket/${level}?scale=${scale}`);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return;
    const frame = Number(/ frame=(\d+)/.exec(new TextDecoder().decode(new Uint8Array(data, 6, 200)))?.[1]);
    whole.set(frame, data);
    whole.delete([...whole.keys()].at(-90));
    socket.send(JSON.stringify({ type: 'ack', frame }));
  });
  /** Waits for a painting; returns its number, and that of the painting before. */
  const painting = async () => {
    const before = Number(video.dataset.frame);
    while (Number(video.dataset.frame) === before && inTime()) await sleep(1);
    return [Number(video.dataset.frame), before];
  };
  const isRung = () => Number(video.dataset.level) === level && Number(video.dataset.scale) === scale;
  const found = [];
  while (found.length < samples && inTime()) {
    const [frame, before] = await painting();
    await sleep(shownAfterMs);
    const shown = pixelsOf(video.querySelector('canvas'));
    if (Number(video.dataset.frame) !== frame || !isRung()) continue;
    while (!whole.has(frame) && inTime() && newest(whole) < frame) await sleep(5);
    // The page's canvas may be one painting behind what the page was told.
    const jpegs = [frame, before].map((number) => whole.get(number)).filter(Boolean);
    const likenesses = [];
    for (const jpeg of jpegs) likenesses.push(decibels(shown, await decoded(jpeg)));
    if (whole.has(frame)) found.push(Math.max(...likenesses));
  }
  socket.close();
  return found;

  function newest(frames) {
    return [...frames.keys()].at(-1) ?? -1;
  }
  async function decoded(jpeg) {
    const bitmap = await globalThis.createImageBitmap(new globalThis.Blob([jpeg], { type: 'image/jpeg' }));
    return pixelsOf(bitmap);
  }
  function pixelsOf(source) {
    const context = new OffscreenCanvas(source.width, source.height).getContext('2d');
    context.drawImage(source, 0, 0);
    return context.getImageData(0, 0, source.width, source.height);
  }
  /** PSNR of the brightness. Pictures of two sizes are not alike at all. */
  function decibels(a, b) {
    if (a.width !== b.width || a.height !== b.height) return 0;
    const luma = (data, at) => 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    let squares = 0;
    for (let at = 0; at < a.data.length; at += 4) squares += (luma(a.data, at) - luma(b.data, at)) ** 2;
    const mean = squares / (a.width * a.height);
    return mean === 0 ? 100 : 10 * Math.log10(255 ** 2 / mean);
  }
}
