// What arrivals tell where frames hold only what changed. Complete pictures are judged in golden.test.ts.
import { describe, expect, it } from 'vitest';
import type { Part } from '../protocol/protocol';
import { Arrivals } from './arrivals';

type Frames = readonly (readonly [Part, number])[];

const many = (count: number, part: Part, bytes: number): Frames =>
  Array.from({ length: count }, () => [part, bytes] as const);

/** Frames that hold these parts and have so many bytes, 40 ms apart; and when the last of them came. */
function after(frames: Frames): { arrivals: Arrivals; now: number } {
  const arrivals = new Arrivals(0);
  for (const [n, [part, bytes]] of frames.entries())
    arrivals.add({ number: n, bytes, lateMs: 10, part }, true, n * 40);
  return { arrivals, now: (frames.length - 1) * 40 };
}

describe('of deltas', () => {
  const first: Frames = [
    ['whole', 90_000],
    ['sweep', 4_000],
  ];

  it('single pictures and sweeps tell no sizes, but pictures in a row do', () => {
    expect(after(first).arrivals.sizes(40)).toBeUndefined();
    const behind = (wholes: number) =>
      after([...first, ...many(29, 'delta', 1_000), ...many(wholes, 'whole', 31_000)]);
    const sizes = [0, 1, 2].map(behind).map(({ arrivals, now }) => arrivals.sizes(now));
    const alone = { mean: 1_000, latest: 1_000 };
    // 24 frames of the last second tell.
    expect(sizes).toEqual([alone, alone, { mean: 2_000, latest: 2_250 }]);
  });

  it('a picture that was asked for of a still scene is not what the scene takes', () => {
    const still = many(30, 'delta', 3_000);
    const { arrivals, now } = after([...still, ['whole', 60_000], ...still.slice(0, 5)]);
    expect(arrivals.sizes(now)).toEqual({ mean: 3_000, latest: 3_000 });
    arrivals.restart(now);
    arrivals.add({ number: 36, bytes: 60_000, lateMs: 10, part: 'whole' }, true, now + 40);
    // The picture before was of another rung.
    expect(arrivals.sizes(now + 40)).toBeUndefined();
  });

  it('sharper blocks are no frames, but tell that the link is alive', () => {
    const frames = many(26, 'delta', 1_000);
    const { arrivals, now } = after(frames);
    const refined = after([...frames, ...many(10, 'refined', 4_000)]);
    expect(refined.arrivals.clockFps(now)).toBe(arrivals.clockFps(now));
    expect(refined.arrivals.sizes(now)).toEqual(arrivals.sizes(now));
    expect(refined.arrivals.silenceMs(refined.now)).toBe(0);
  });

  it('a sweep without end is no picture, and far more is needed than the link carries', () => {
    const sweeping = (count: number) => after([...many(26, 'delta', 1_000), ...many(count, 'sweep', 4_000)]);
    const short = sweeping(50);
    expect(short.arrivals.latestFps(34, short.now)).toBeGreaterThan(24);
    expect(short.arrivals.sizes(short.now)).toEqual({ mean: 1_000, latest: 4_000 });
    const endless = sweeping(51);
    expect(endless.arrivals.latestFps(34, endless.now)).toBe(0);
    // 4 KB in 10 ms each: 400 KB a second.
    expect(endless.arrivals.sizes(endless.now)).toEqual({ mean: 60_000, latest: 60_000 });
  });
});

it('complete pictures tell what complete pictures take', () => {
  const { arrivals, now } = after([
    ['whole', 9_000],
    ['whole', 6_000],
  ]);
  expect(arrivals.sizes(now)).toEqual({ mean: 7_500, latest: undefined });
});
