// A log of when frames arrive in the browser and are painted, by the clock that server and browser share on
// one machine. In: a page that has not been anywhere yet. Out: each frame with its moments, and figures over
// a time. Only for a machine that is both ends.

/**
 * A frame with its moments by the wall clock.
 * @typedef {object} LoggedFrame
 * @property {number} number
 * @property {number} bytes those of blocks that were made sharper later are counted in
 * @property {number} capturedMs
 * @property {number} arrivedMs
 * @property {number | null} paintedMs null where it was not painted
 */

/**
 * Figures over a time.
 * @typedef {object} Figures
 * @property {number} fps frames that arrived a second
 * @property {number} share of the frames that the camera gave, 0 to 1
 * @property {number} p50 median age of frames at their paint, ms
 * @property {number} p95 age that 95 % of the frames do not exceed, ms
 * @property {number} oldest highest age, ms
 * @property {number} mbit megabits a second of pictures
 */

/** Number of seconds in a row with a rate, from the first of which on it counts as held. */
const HELD_S = 3;
/** Time between two of the moments at which these seconds may begin, ms. */
const LOOK_EVERY_MS = 100;

/** @param {import('playwright-core').Page} page */
export function logFrames(page) {
  return page.addInitScript(noteFrames);
}

/** @param {import('playwright-core').Page} page @returns {Promise<LoggedFrame[]>} */
export function framesSince(page, fromMs) {
  return page.evaluate(
    (from) => globalThis.steadycastFrames.filter(({ arrivedMs }) => arrivedMs >= from),
    fromMs,
  );
}

/** @param {LoggedFrame[]} frames that arrived between two moments of the wall clock @returns {Figures} */
export function figuresOf(frames, fromMs, toMs) {
  const seconds = (toMs - fromMs) / 1000;
  const fps = frames.length / seconds;
  const ages = frames
    .filter(({ paintedMs }) => paintedMs !== null)
    .map(({ capturedMs, paintedMs }) => paintedMs - capturedMs);
  const [p50, p95, oldest] = [0.5, 0.95, 1].map((share) => quantile(ages, share));
  const bits = 8 * frames.reduce((sum, { bytes }) => sum + bytes, 0);
  return { fps, share: fps / cameraFps(frames), p50, p95, oldest, mbit: bits / seconds / 1e6 };
}

/** Frames a second by their numbers and capture times. NaN for fewer than two. */
export function cameraFps(frames) {
  const [first, last] = [frames[0], frames.at(-1)];
  return ((last?.number - first?.number) * 1000) / (last?.capturedMs - first?.capturedMs);
}

/** Seconds until a rate is held. NaN where it never is. */
export function heldAfter(frames, leastFps, fromMs, toMs) {
  const inSecond = (beginMs) =>
    frames.filter(({ arrivedMs }) => arrivedMs >= beginMs && arrivedMs < beginMs + 1000).length;
  const held = (beginMs) =>
    [...Array(HELD_S).keys()].every((second) => inSecond(beginMs + 1000 * second) >= leastFps);
  for (let beginMs = fromMs; beginMs <= toMs - 1000 * HELD_S; beginMs += LOOK_EVERY_MS) {
    if (held(beginMs)) return (beginMs - fromMs) / 1000;
  }
  return Number.NaN;
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/* What follows runs in the browser. */

function noteFrames() {
  const frames = [];
  globalThis.steadycastFrames = frames;
  // Behind the marks of picture and segment, and the segment's length.
  const COMMENT_AT = 6;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener(
        'message',
        ({ data }) => data instanceof ArrayBuffer && note(new Uint8Array(data)),
      );
    }
  };
  function note(jpeg) {
    const comment = new TextDecoder().decode(
      jpeg.subarray(COMMENT_AT, COMMENT_AT - 2 + jpeg[4] * 256 + jpeg[5]),
    );
    const figure = (name) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(comment)?.[1]);
    const capturedMs = figure('captured_us') / 1000;
    if (/ refined=1\b/.test(comment)) {
      // No frame of its own.
      const of = frames.findLast(({ number }) => number === figure('frame'));
      if (of !== undefined) of.bytes += jpeg.length;
      return;
    }
    frames.push({
      number: figure('frame'),
      bytes: jpeg.length,
      capturedMs,
      arrivedMs: Date.now(),
      paintedMs: null,
    });
  }
  function notePaint({ dataset }) {
    const painted = frames.findLast(({ number }) => number === Number(dataset.frame));
    if (painted !== undefined) painted.paintedMs ??= Date.now();
  }
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) if (target.dataset?.testid === 'video') notePaint(target);
  });
  document.addEventListener('DOMContentLoaded', () =>
    observer.observe(document, { subtree: true, attributeFilter: ['data-frame'] }),
  );
}
