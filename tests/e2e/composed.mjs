// The composed picture against complete ones. In: a viewer's page. Out: what kinds of messages brought its
// picture, and how near that comes to the server's own JPEGs of the same frames. Also ways to make the page's
// decoding thread slow, to have it lose deltas, to end it, or to take it away.

/** Number of pictures that are compared; of what is found in each the median counts. */
const SAMPLES = 9;
/** Longest time for that, ms: a machine under load paints few frames in time. */
const WITHIN_MS = 30_000;
/**
 * Frames by which the canvas may be ahead of what the page was told, where the page itself draws: behind a
 * moment in which it was busy several are drawn before anything is shown.
 */
const AHEAD = 3;
/** Time from when a frame is said to be painted until it is on the page's canvas as well, ms. */
const SHOWN_AFTER_MS = 12;

/**
 * Numbers of messages.
 * @typedef {object} Parts
 * @property {number} whole
 * @property {number} delta
 * @property {number} sweep
 * @property {number} refined
 * @property {number} composed deltas that the decoding thread has drawn
 * @property {number} run such deltas since the last complete picture that it has drawn
 * @property {number} longestRun the most that `run` has been
 * @property {number} keys times that the page asked for a complete picture
 */

/**
 * Nearness of painted pictures to complete ones.
 * @typedef {object} Likeness
 * @property {number} decibels PSNR of the brightness, over the whole picture
 * @property {number} worst error of the worst block of 16x16 pixels: root of the mean square over its reds,
 *   greens and blues, grey values. A few wrong blocks do not show in that of the whole picture
 */

/**
 * Counts the messages of sockets opened from now on that may bring deltas, and those that are drawn.
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
 * Compares the painted pictures with complete ones of the same rung, which the page has to show already. Each
 * figure, and each block's error, is the median of several pictures: a block may be a moment late in one.
 * @param {import('playwright-core').Page} page
 * @param {{ level: number, scale: number, camera?: string, behind?: number }} watched `behind`: frames by
 *   which the canvas may be behind what the page was told, where one painting is not enough
 * @returns {Promise<Likeness>}
 */
export async function likeness(page, { level, scale, camera, behind = 0 }) {
  const address = `/websocket/${camera === undefined ? '' : `${camera}/`}${level}?scale=${scale}`;
  const times = { samples: SAMPLES, withinMs: WITHIN_MS, shownAfterMs: SHOWN_AFTER_MS, ahead: AHEAD, behind };
  await page.evaluate(giveComparison);
  const found = await page.evaluate(compareFrames, { address, level, scale, ...times });
  const decibels = found.map((each) => each.decibels);
  if (found.length < SAMPLES)
    throw new Error(`only ${found.length} of ${SAMPLES} pictures could be compared: ${decibels.join()}`);
  const errors = found[0].blocks.map((_, block) => median(found.map(({ blocks }) => blocks[block])));
  return { decibels: median(decibels), worst: Math.max(...errors) };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/**
 * Lets the decoding thread of a page that has not been anywhere yet be as slow as `slowness` says.
 * @param {import('playwright-core').Page} page
 */
export function makeSlowable(page) {
  return page.addInitScript(delayRequests);
}

/** Time by which the decoding thread begins with each picture too late, ms. */
export function slowness(page, delayMs) {
  return page.evaluate((ms) => {
    globalThis.steadycastDelayMs = ms;
  }, delayMs);
}

/** Has the decoding thread of a page that has not been anywhere yet lose one delta in ten, and not say so. */
export function loseDeltas(page) {
  return page.addInitScript(loseRequests);
}

/** Ends the decoding thread of a page whose messages are counted, with an error or in silence. */
export function endWorker(page, how) {
  return page.evaluate((silently) => {
    if (silently) globalThis.steadycastWorker.terminate();
    else globalThis.steadycastWorker.dispatchEvent(new globalThis.ErrorEvent('error'));
  }, how === 'in silence');
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
  const parts = { whole: 0, delta: 0, sweep: 0, refined: 0, composed: 0, run: 0, longestRun: 0, keys: 0 };
  globalThis.steadycastParts = parts;
  const noteDrawn = (part) => {
    if (part === 'whole') parts.run = 0;
    if (part !== 'delta') return;
    parts.composed++;
    parts.longestRun = Math.max(parts.longestRun, ++parts.run);
  };
  globalThis.Worker = class extends Worker {
    constructor(...script) {
      super(...script);
      globalThis.steadycastWorker = this;
      /** What each request is of, by its number, until it is answered. */
      this.asked = new Map();
      this.addEventListener('message', ({ data: { kind, id } }) => {
        if (kind === 'drawn') noteDrawn(this.asked.get(id));
        this.asked.delete(id);
      });
    }
    postMessage(request, ...transfer) {
      if (request.kind === 'draw') this.asked.set(request.id, request.part);
      super.postMessage(request, ...transfer);
    }
  };
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

function delayRequests() {
  globalThis.steadycastDelayMs = 0;
  globalThis.Worker = class extends Worker {
    postMessage(...request) {
      if (globalThis.steadycastDelayMs === 0) super.postMessage(...request);
      else setTimeout(() => super.postMessage(...request), globalThis.steadycastDelayMs);
    }
  };
}

function loseRequests() {
  let deltas = 0;
  globalThis.Worker = class extends Worker {
    postMessage(request, ...transfer) {
      const isLost = request.part === 'delta' && ++deltas % 10 === 0;
      if (!isLost) return super.postMessage(request, ...transfer);
      const data = { kind: 'drawn', id: request.id };
      setTimeout(() => this.dispatchEvent(new globalThis.MessageEvent('message', { data })), 0);
    }
  };
}

async function compareFrames({ address, level, scale, samples, withinMs, shownAfterMs, ahead, behind }) {
  const video = document.querySelector('[data-testid="video"]');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const endMs = performance.now() + withinMs;
  const inTime = () => performance.now() < endMs;
  /** Complete JPEGs of late, by the number of their frame. */
  const whole = new Map();
  const origin = document.location.origin.replace('http', 'ws');
  const socket = new WebSocket(`${origin}${address}`);
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
    const later = () => [...whole.keys()].filter((number) => number > frame).slice(0, ahead);
    while (later().length < ahead && inTime()) await sleep(5);
    // The page's canvas may be one painting behind what the page was told as well.
    const earlier = [...whole.keys()].filter((number) => number < frame && number >= frame - behind);
    const numbers = new Set([...earlier, before, frame, ...later()]);
    const jpegs = [...numbers].map((number) => whole.get(number)).filter(Boolean);
    const likenesses = [];
    for (const jpeg of jpegs) likenesses.push(globalThis.steadycastCompared(shown, await decoded(jpeg)));
    // Pictures of two sizes are those of a moment in which the size changed.
    const [best] = likenesses.filter(Boolean).toSorted((a, b) => b.decibels - a.decibels);
    if (whole.has(frame) && best !== undefined) found.push(best);
  }
  socket.close();
  return found;

  async function decoded(jpeg) {
    const bitmap = await globalThis.createImageBitmap(new globalThis.Blob([jpeg], { type: 'image/jpeg' }));
    return pixelsOf(bitmap);
  }
  function pixelsOf(source) {
    const context = new OffscreenCanvas(source.width, source.height).getContext('2d');
    context.drawImage(source, 0, 0);
    return context.getImageData(0, 0, source.width, source.height);
  }
}

/** Gives the page what compares two pictures as a whole and block by block; undefined where sizes differ. */
export function giveComparison() {
  const BLOCK = 16;
  const luma = (data, at) => 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  globalThis.steadycastCompared = ({ width, height, data }, other) => {
    if (width !== other.width || height !== other.height) return undefined;
    const columns = Math.ceil(width / BLOCK);
    const blocks = Array.from({ length: columns * Math.ceil(height / BLOCK) }, () => ({ sum: 0, many: 0 }));
    let lumas = 0;
    for (let at = 0, x = 0, y = 0; at < data.length; at += 4) {
      const block = blocks[Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK)];
      for (let each = at; each < at + 3; each++) block.sum += (data[each] - other.data[each]) ** 2;
      block.many += 3;
      lumas += (luma(data, at) - luma(other.data, at)) ** 2;
      [x, y] = x + 1 < width ? [x + 1, y] : [0, y + 1];
    }
    const decibels = lumas === 0 ? 100 : 10 * Math.log10((255 ** 2 * width * height) / lumas);
    return { decibels, blocks: blocks.map(({ sum, many }) => Math.round(Math.sqrt(sum / many))) };
  };
}
