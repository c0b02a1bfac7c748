// A slow device or a link that stalls: what becomes of frames that came and were not painted.
import { describe, expect, it } from 'vitest';
import { Pace, TICK_MS } from './pace';

/**
 * Four seconds of 32 FPS that come `bunch` at a time, of each bunch one is painted; timers are `lateMs` late.
 */
function paceOf({
  bunch,
  paintEvery = 1,
  lateMs = 0,
}: {
  bunch: number;
  paintEvery?: number;
  lateMs?: number;
}): Pace {
  const pace = new Pace();
  const gapMs = 1000 / 32;
  for (let n = 0; n < 128 / bunch; n++) {
    const nowMs = n * bunch * gapMs;
    for (let frame = 0; frame < bunch; frame++) pace.arrived(nowMs + frame);
    if (n % paintEvery === 0) pace.painted.add(nowMs + bunch);
  }
  for (let nowMs = 0; nowMs <= 4_000; nowMs += TICK_MS + lateMs) pace.tick(nowMs);
  return pace;
}

describe('what a device could paint', () => {
  it('is what it paints while frames come evenly', () => {
    expect(paceOf({ bunch: 1 }).paintable(4_000)).toBeGreaterThan(30);
    expect(paceOf({ bunch: 1, paintEvery: 2 }).paintable(4_000)).toBeCloseTo(16, 0);
  });

  it('includes frames that a link handed over together', () => {
    expect(paceOf({ bunch: 4 }).painted.perSecond(4_000)).toBeCloseTo(8, 0);
    expect(paceOf({ bunch: 4 }).paintable(4_000)).toBeGreaterThan(30);
  });

  it('does not where the device was too busy to take them one by one', () => {
    expect(paceOf({ bunch: 4, lateMs: 60 }).paintable(4_000)).toBeCloseTo(8, 0);
  });

  it('is not known before anything was painted, nor while nothing arrives', () => {
    const pace = new Pace();
    pace.arrived(0);
    pace.arrived(600);
    expect(pace.paintable(700)).toBeUndefined();
    expect(paceOf({ bunch: 1 }).paintable(60_000)).toBeUndefined();
  });
});
