// Pictures compared as people would: by their pixels. In: a page and the selector of a canvas or image in it,
// or of an element that holds a canvas. Out: how much of the picture changed since it was looked at before,
// and how much there is to see in it at all.

/**
 * Least change of a pixel's brightness that counts, of 255: more than what a JPEG's noise does to a still
 * picture.
 */
const CHANGED_BY = 40;

/**
 * A picture, compared with the one before.
 * @typedef {object} Compared
 * @property {number} width
 * @property {number} height
 * @property {number} spread standard deviation of the brightness, 0 for an empty picture
 * @property {number} changed share of pixels that differ from the picture before, NaN the first time
 */

/**
 * Compares a picture with the one before, and keeps it in the page for the next comparison.
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 * @returns {Promise<Compared>}
 */
export function comparePicture(page, selector) {
  return page.evaluate(compare, [selector, CHANGED_BY]);
}

/** Compares two pictures. Runs in the browser. */
function compare([selector, changedBy]) {
  const found = document.querySelector(selector);
  const source = found.querySelector('canvas') ?? found;
  // A canvas that a worker draws on learns its size a moment after the element that holds it.
  const told = found === source ? source : { width: found.dataset.width, height: found.dataset.height };
  const { width, height } = {
    width: Number(source.naturalWidth ?? told.width ?? 0),
    height: Number(source.naturalHeight ?? told.height ?? 0),
  };
  if (width === 0) return { width, height, spread: 0, changed: NaN };
  // Copied first, so that the page's own canvas is not moved to slower memory by being read.
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(source, 0, 0);
  const now = context.getImageData(0, 0, width, height).data;
  const before = globalThis.steadycastPicture;
  globalThis.steadycastPicture = now;
  const pixels = width * height;
  let [sum, squares, changed] = [0, 0, 0];
  for (let at = 0; at < now.length; at += 4) {
    const green = now[at + 1];
    sum += green;
    squares += green * green;
    if (before && Math.abs(green - before[at + 1]) > changedBy) changed++;
  }
  const mean = sum / pixels;
  return {
    width,
    height,
    spread: Math.sqrt(squares / pixels - mean * mean),
    changed: before ? changed / pixels : NaN,
  };
}
