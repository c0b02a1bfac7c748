// Rates and medians at simulated moments.
import { describe, expect, it } from 'vitest';
import { RateMeter, RecentValues } from './meter';

describe('the rate meter', () => {
  const fed = (fps: number, seconds: number) => {
    const meter = new RateMeter();
    for (let i = 0; i <= fps * seconds; i++) meter.add((i * 1000) / fps);
    return meter;
  };

  it('knows nothing before two events', () => {
    const meter = new RateMeter();
    expect(meter.perSecond(0)).toBeUndefined();
    meter.add(0);
    expect(meter.perSecond(10)).toBeUndefined();
  });

  it.each([5, 25, 34, 60])('reads %i a second', (fps) => {
    expect(fed(fps, 1).perSecond(1000)).toBeCloseTo(fps, 5);
    expect(fed(fps, 10).perSecond(10_000)).toBeCloseTo(fps, 5);
  });

  it('sees a stall while it lasts', () => {
    const meter = fed(30, 4);
    expect(meter.perSecond(5_000)).toBeCloseTo(15, 0);
    expect(meter.perSecond(7_000)).toBe(0);
  });

  it('adds up amounts', () => {
    const meter = new RateMeter();
    for (let i = 0; i <= 20; i++) meter.add(i * 100, 50);
    expect(meter.perSecond(2_000)).toBeCloseTo(500, 5);
  });

  it('forgets on reset', () => {
    const meter = fed(30, 4);
    meter.reset();
    expect(meter.perSecond(4_000)).toBeUndefined();
  });
});

describe('recent values', () => {
  it('give the middle one, so that a single late frame does not show', () => {
    const delays = new RecentValues();
    expect(delays.middle()).toBeUndefined();
    for (const delay of [40, 41, 900, 42, 40]) delays.add(delay);
    expect(delays.middle()).toBe(41);
  });

  it('forget what is older than about a second', () => {
    const delays = new RecentValues();
    for (let i = 0; i < 100; i++) delays.add(i < 60 ? 500 : 40);
    expect(delays.middle()).toBe(40);
  });
});
