// Which result goes with which painted frame, in simulated time: a frame every 30 ms, results late and
// seldom.
import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline';

const MS = 1_000;
const CAPTURED_US = 1_732_147_200_000_000;
const objects = () => new Timeline<string>(500 * MS, 500 * MS);

describe('results and painted frames', () => {
  it('belong together by capture, whenever they arrived', () => {
    const timeline = objects();
    timeline.add(CAPTURED_US + 100 * MS, 'second');
    timeline.add(CAPTURED_US, 'first, which took longer');
    expect(timeline.at(CAPTURED_US + 20 * MS)).toEqual({ value: 'first, which took longer', ageUs: 20 * MS });
    expect(timeline.at(CAPTURED_US + 90 * MS)).toEqual({ value: 'second', ageUs: -10 * MS });
  });

  it('of a picture that lags are still there when it is painted', () => {
    const timeline = objects();
    for (let ms = 0; ms <= 900; ms += 100) timeline.add(CAPTURED_US + ms * MS, `of ${ms}`);
    expect(timeline.at(CAPTURED_US + 210 * MS)).toEqual({ value: 'of 200', ageUs: 10 * MS });
  });

  it('part once the result is 500 ms older than the frame', () => {
    const timeline = objects();
    timeline.add(CAPTURED_US, 'last');
    expect(timeline.at(CAPTURED_US + 499 * MS)?.ageUs).toBe(499 * MS);
    expect(timeline.at(CAPTURED_US + 500 * MS)).toBeUndefined();
  });

  it('do not meet before the frame is within 500 ms of the result', () => {
    const timeline = objects();
    timeline.add(CAPTURED_US, 'early');
    expect(timeline.at(CAPTURED_US - 501 * MS)).toBeUndefined();
    expect(timeline.at(CAPTURED_US - 500 * MS)?.ageUs).toBe(-500 * MS);
  });

  it('are apart by the age of the newest result, once that is too old', () => {
    const timeline = objects();
    expect(timeline.lateUs(CAPTURED_US)).toBeUndefined();
    for (const ms of [0, 200, 100]) timeline.add(CAPTURED_US + ms * MS, `of ${ms}`);
    expect([-900, 699, 700].map((ms) => timeline.lateUs(CAPTURED_US + ms * MS))).toEqual([
      undefined,
      undefined,
      500 * MS,
    ]);
  });

  it('are forgotten oldest first, and all at once when told to', () => {
    const timeline = new Timeline<number>(Infinity, Infinity);
    for (let i = 0; i < 1_000; i++) timeline.add(CAPTURED_US + i, i);
    expect(timeline.at(CAPTURED_US)?.value).toBe(960);
    timeline.clear();
    expect(timeline.at(CAPTURED_US)).toBeUndefined();
  });
});
