// Waiting for conditions instead of sleeping. In: how to look, and what has to hold. Out: what was seen when
// it held, or an error that says what was seen last.
import { setTimeout as sleep } from 'node:timers/promises';

/** Time between two looks, ms. */
const LOOK_EVERY_MS = 50;
/** Longest wait, ms; generous, so that a machine under load fails no test that waits for something true. */
export const PATIENCE_MS = 20_000;

/**
 * Looks until something holds. Returns what was seen then.
 * @template T
 * @param {string} what in words, for the error
 * @param {() => T | Promise<T>} look
 * @param {(seen: T) => boolean} holds
 * @param {number} [withinMs]
 * @returns {Promise<T>}
 */
export async function until(what, look, holds, withinMs = PATIENCE_MS) {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${withinMs / 1000} s; last seen: ${JSON.stringify(seen)}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
