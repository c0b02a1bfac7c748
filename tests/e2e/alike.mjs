// Whether a composed picture passes for the server's own. In: how near it comes to complete pictures of the
// same frames. Out: nothing, or what is wrong with it.

/** Least likeness of a composed picture at level 80 to a complete one, dB. */
const ALIKE_DB = 38;
/**
 * Largest error of a block of it, grey values, as reckoned: twice what level 80 itself costs a rough block,
 * and the colours of strangers at its rim. One of another moment is further off wherever something was there.
 * At its end delta.test.mjs tells what right pictures came to.
 */
const BLOCK_OFF = 24;

/**
 * Tells what is wrong with a composed picture; undefined where nothing is.
 * @param {import('./composed.mjs').Likeness} likeness
 * @returns {string | undefined}
 */
export function unlikeness({ decibels, worst }) {
  if (!(decibels >= ALIKE_DB)) return `the picture is alike by ${decibels.toFixed(2)} dB only`;
  return worst <= BLOCK_OFF ? undefined : `a block is off by ${worst}`;
}
