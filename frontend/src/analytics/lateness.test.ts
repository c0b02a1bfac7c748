// When the page says that results are late, in simulated time: a frame every 30 ms.
import { describe, expect, it } from 'vitest';
import { Lateness } from './lateness';

const MS = 1_000;

/** What is said after frames from `fromMs` to `toMs` went without results, at `atMs`. */
function said(lateness: Lateness, fromMs: number, toMs: number, atMs = toMs): number | undefined {
  for (let ms = fromMs; ms <= toMs; ms += 30) lateness.miss(ms * MS, 700 * MS);
  return lateness.seconds(atMs * MS);
}

describe('lateness', () => {
  it('is told in seconds once a second of frames has gone without results', () => {
    const lateness = new Lateness();
    expect(said(lateness, 0, 990)).toBeUndefined();
    expect(said(lateness, 1_020, 1_050)).toBe(0.7);
  });

  it('is not told of the moment after a camera was away', () => {
    const lateness = new Lateness();
    expect(said(lateness, 0, 300)).toBeUndefined();
    expect(said(lateness, 10_000, 10_300)).toBeUndefined();
  });

  it('is one time of lateness where results flash up in between, and over after two seconds with them', () => {
    const lateness = new Lateness();
    for (let ms = 0; ms < 3_000; ms += 600) said(lateness, ms, ms + 300);
    expect(lateness.seconds(3_000 * MS)).toBe(0.7);
    expect([4_690, 4_710].map((ms) => lateness.seconds(ms * MS))).toEqual([0.7, undefined]);
  });
});
