import { describe, expect, it } from 'vitest';
import { moved, pinched, scaleWord, toggled, WHOLE, type Zoom, zoomedAt } from './zoom';

/** What of the picture lies at a place of the frame. */
const under = ({ scale, left, top }: Zoom, x: number, y: number) => [left + x / scale, top + y / scale];

describe('zooming', () => {
  it('keeps what lies under the pointer', () => {
    const zoom = zoomedAt(zoomedAt(WHOLE, { x: 0.3, y: 0.6 }, 2), { x: 0.3, y: 0.6 }, 1.5);
    expect(zoom.scale).toBe(3);
    const [x, y] = under(zoom, 0.3, 0.6);
    expect(x).toBeCloseTo(0.3);
    expect(y).toBeCloseTo(0.6);
  });

  it('has bounds, and never shows what is beside the picture', () => {
    expect(zoomedAt(WHOLE, { x: 1, y: 1 }, 100).scale).toBe(8);
    expect(zoomedAt({ scale: 2, left: 0.5, top: 0.5 }, { x: 0, y: 0 }, 0.1)).toEqual(WHOLE);
    expect(zoomedAt({ scale: 4, left: 0.75, top: 0 }, { x: 0, y: 0 }, 0.5).left).toBe(0.5);
  });
});

describe('moving', () => {
  it('takes the picture along with the hand, up to its edge', () => {
    const zoom = { scale: 2, left: 0.25, top: 0.25 };
    expect(moved(zoom, { x: 0.2, y: -0.1 })).toEqual({ scale: 2, left: 0.15, top: 0.3 });
    expect(moved(zoom, { x: 5, y: -5 })).toEqual({ scale: 2, left: 0, top: 0.5 });
    expect(moved(WHOLE, { x: 0.5, y: 0.5 })).toEqual(WHOLE);
  });
});

describe('a double click', () => {
  it('looks closely at a place, and then at all of it again', () => {
    const close = toggled(WHOLE, { x: 0.5, y: 0.5 });
    expect(close).toEqual({ scale: 2.5, left: 0.3, top: 0.3 });
    expect(toggled(close, { x: 0, y: 0 })).toEqual(WHOLE);
  });
});

describe('two fingers', () => {
  it('spread the picture and take it along', () => {
    const before = [
      { x: 0.4, y: 0.5 },
      { x: 0.6, y: 0.5 },
    ] as const;
    const now = [
      { x: 0.3, y: 0.6 },
      { x: 0.7, y: 0.6 },
    ] as const;
    const zoom = pinched(WHOLE, before, now);
    expect(zoom.scale).toBeCloseTo(2);
    // What was in their middle is there still.
    const [x, y] = under(zoom, 0.5, 0.6);
    expect([x, y].map((each) => Math.round((each ?? 0) * 100))).toEqual([50, 50]);
  });

  it('that lie on one spot do nothing', () => {
    const spot = [
      { x: 0.5, y: 0.5 },
      { x: 0.5, y: 0.5 },
    ] as const;
    expect(pinched(WHOLE, spot, spot)).toEqual(WHOLE);
  });
});

it('a scale is written with a decimal where it has one', () => {
  expect([2.5, 2, 1.234].map((scale) => scaleWord({ ...WHOLE, scale }))).toEqual(['2.5×', '2×', '1.2×']);
});
