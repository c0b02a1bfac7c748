// When the page says that results are late, in simulated time: a frame every 50 ms.
import { describe, expect, it } from 'vitest';
import { Lateness } from './lateness';

const MS = 1_000;
const OLD = { ageUs: 700 * MS, shown: true };
const TOLD = { seconds: 0.7, shown: true };

/** Paints the frames of a time, of each 600 ms the first `lateMs` without a result. */
function paint(lateness: Lateness, fromMs: number, toMs: number, lateMs: number): Lateness {
  for (let ms = fromMs; ms < toMs; ms += 50)
    lateness.painted(ms * MS, (ms - fromMs) % 600 < lateMs ? OLD : undefined);
  return lateness;
}

describe('lateness', () => {
  it('is told in seconds once a second of frames has gone without results', () => {
    const lateness = new Lateness();
    expect(paint(lateness, 0, 1_000, 600).told).toBeUndefined();
    expect(paint(lateness, 1_000, 1_100, 600).told).toEqual(TOLD);
  });

  it('is not told of the moment after a camera was away', () => {
    const lateness = paint(new Lateness(), 0, 2_000, 0);
    expect(paint(lateness, 60_000, 60_400, 600).told).toBeUndefined();
    expect(paint(lateness, 60_400, 61_500, 0).told).toBeUndefined();
  });

  it('is told where results flash up, and not where they are missing for a moment', () => {
    expect(paint(new Lateness(), 0, 6_000, 450).told).toEqual(TOLD);
    expect(paint(new Lateness(), 0, 6_000, 150).told).toBeUndefined();
  });

  it('tells whether the results are drawn all the same, by the last of them', () => {
    const lateness = paint(new Lateness(), 0, 2_000, 600);
    lateness.painted(2_000 * MS, { ageUs: 12_000 * MS, shown: false });
    expect(lateness.told).toEqual({ seconds: 12, shown: false });
  });

  it('is over when results are there in time again', () => {
    expect(paint(paint(new Lateness(), 0, 6_000, 600), 6_000, 7_100, 0).told).toBeUndefined();
  });

  it('is not known where nothing was painted, nor when told to forget', () => {
    expect(new Lateness().told).toBeUndefined();
    const lateness = paint(new Lateness(), 0, 6_000, 600);
    lateness.clear();
    expect(lateness.told).toBeUndefined();
  });
});
