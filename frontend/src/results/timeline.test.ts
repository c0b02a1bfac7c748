// Which result goes with which painted frame, in simulated time: a frame every 30 ms, results late and
// seldom.
import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline';

const MS = 1_000;
const CAPTURED_US = 1_732_147_200_000_000;
const DELAY_US = 80 * MS;
const objects = () => new Timeline<string>(500 * MS);

/** The frame captured at that moment, ms, which is its number too. */
const frameAt = (ms: number) => ({ frame: ms, capturedUs: CAPTURED_US + ms * MS });

/** A timeline with results of these moments, ms, each named after its own. */
function of(...moments: number[]): Timeline<string> {
  const timeline = objects();
  for (const ms of moments) timeline.add(frameAt(ms), DELAY_US, `of ${ms}`);
  return timeline;
}

describe('results and painted frames', () => {
  it('belong together by capture, whenever they arrived', () => {
    const timeline = of(100, 0);
    expect(timeline.at(CAPTURED_US + 20 * MS)).toMatchObject({ value: 'of 0', ageUs: 20 * MS });
    expect(timeline.at(CAPTURED_US + 90 * MS)).toMatchObject({ value: 'of 100', ageUs: -10 * MS });
  });

  it('of a picture that lags are still there when it is painted', () => {
    const timeline = of(...Array.from({ length: 10 }, (_, i) => i * 100));
    expect(timeline.at(CAPTURED_US + 210 * MS)).toMatchObject({ value: 'of 200', ageUs: 10 * MS });
  });

  it('part two seconds after the last one of a model that is quick', () => {
    const timeline = of(0);
    expect(timeline.at(CAPTURED_US + 1_999 * MS)).toEqual({
      value: 'of 0',
      ageUs: 1_999 * MS,
      delayUs: DELAY_US,
      lifeUs: 2_000 * MS,
    });
    expect(timeline.at(CAPTURED_US + 2_000 * MS)).toBeUndefined();
  });

  it('of a model that takes 3 s a picture are together until the next one is overdue', () => {
    const timeline = objects();
    timeline.add(frameAt(0), 3_000 * MS, 'first');
    timeline.add(frameAt(3_100), 3_100 * MS, 'second');
    expect(timeline.at(CAPTURED_US + 3_100 * MS)?.value).toBe('second');
    expect(timeline.at(CAPTURED_US + 12_000 * MS)?.value).toBe('second');
    expect(timeline.at(CAPTURED_US + 12_500 * MS)).toBeUndefined();
  });

  it('do not meet before the frame is within 500 ms of the result', () => {
    const timeline = of(0);
    expect(timeline.at(CAPTURED_US - 501 * MS)).toBeUndefined();
    expect(timeline.at(CAPTURED_US - 500 * MS)?.ageUs).toBe(-500 * MS);
  });

  it('are apart by the age of the newest result, which may be shown all the same', () => {
    const oldAt = (timeline: Timeline<string>, ms: number) => timeline.old(CAPTURED_US + ms * MS, 500 * MS);
    expect(oldAt(objects(), 700)).toBeUndefined();
    const timeline = of(0, 200, 100);
    expect([-900, 699, 700, 2_200].map((ms) => oldAt(timeline, ms))).toEqual([
      undefined,
      undefined,
      { ageUs: 500 * MS, shown: true },
      { ageUs: 2_000 * MS, shown: false },
    ]);
  });

  it('are forgotten oldest first, and all at once when told to', () => {
    const timeline = new Timeline<number>(Infinity);
    for (let i = 0; i < 1_000; i++) {
      timeline.add({ frame: i, capturedUs: CAPTURED_US + i }, DELAY_US, i);
    }
    expect(timeline.at(CAPTURED_US)?.value).toBe(960);
    timeline.clear();
    expect(timeline.at(CAPTURED_US)).toBeUndefined();
  });

  it('are of one take: those of frames before it are forgotten', () => {
    const timeline = of(0, 200, 100);
    timeline.forgetBefore(100);
    expect(timeline.at(CAPTURED_US)?.value).toBe('of 100');
    timeline.forgetBefore(201);
    expect(timeline.at(CAPTURED_US + 200 * MS)).toBeUndefined();
  });
});
