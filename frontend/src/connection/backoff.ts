// The wait before the next try. In: how many tries in a row brought no picture, why the last one
// ended, and a random number. Out: milliseconds. Pure; what a closing code means is decided in closing.ts.

/** First and longest wait after a broken connection, ms. */
const BROKEN = { firstMs: 500, longestMs: 10_000 };
/**
 * First and longest wait after a full server's refusal, ms: others have to leave, and asking adds to its
 * load.
 */
const FULL = { firstMs: 5_000, longestMs: 30_000 };

export type Pace = 'broken' | 'full';

/**
 * Wait in milliseconds, which doubles with every failed try. It falls anywhere in the upper half of its step,
 * so that the viewers of a restarted server do not all come back in the same moment.
 */
export function retryDelay(failures: number, pace: Pace, random: number): number {
  const { firstMs, longestMs } = pace === 'full' ? FULL : BROKEN;
  const step = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 16));
  return step * (0.5 + 0.5 * random);
}
