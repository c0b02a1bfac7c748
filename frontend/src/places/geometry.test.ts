import { describe, expect, it } from 'vitest';
import { arrowOf, inFrame, isNear, moveOf, nameSpot, pointAt, shifted } from './geometry';

const SIZE = { width: 800, height: 400 };

describe('a point', () => {
  it('stays in the frame, in digits that matter', () => {
    expect(inFrame({ x: -0.2, y: 1.4 })).toEqual({ x: 0, y: 1 });
    expect(inFrame({ x: 1 / 3, y: 0.5 })).toEqual({ x: 0.33335, y: 0.5 });
  });

  it('is a share of the picture under the pointer', () => {
    const frame = { left: 100, top: 50, ...SIZE };
    expect(pointAt({ clientX: 300, clientY: 250 }, frame)).toEqual({ x: 0.25, y: 0.5 });
    expect(pointAt({ clientX: 300, clientY: 250 }, { ...frame, width: 0 }).x).toBe(0);
  });

  it('is near another by what a finger hits, not by shares', () => {
    expect(isNear({ x: 0, y: 0 }, { x: 0.015, y: 0 }, SIZE)).toBe(true);
    expect(isNear({ x: 0, y: 0 }, { x: 0, y: 0.05 }, SIZE)).toBe(false);
  });

  it('moves with others until the first of them is at the border', () => {
    const points = [
      { x: 0.2, y: 0.1 },
      { x: 0.6, y: 0.9 },
    ];
    expect(shifted(points, { x: 0.9, y: -0.5 })).toEqual([
      { x: 0.6, y: 0 },
      { x: 1, y: 0.8 },
    ]);
  });
});

describe('arrow keys', () => {
  it('move by one percent, or by five', () => {
    expect(moveOf('ArrowRight', false)).toEqual({ x: 0.01, y: 0 });
    expect(moveOf('ArrowUp', true)).toEqual({ x: 0, y: -0.05 });
    expect(moveOf('a', false)).toBeUndefined();
  });
});

describe('what is drawn beside points', () => {
  it('is an arrow to the right of who looks from the beginning of a line to its end', () => {
    // From left to right, inbound is downwards.
    const arrow = arrowOf({ x: 0.25, y: 0.5 }, { x: 0.75, y: 0.5 }, SIZE);
    expect(arrow.from).toEqual({ x: 400, y: 200 });
    expect(arrow.to.x).toBeCloseTo(400);
    expect(arrow.to.y).toBeCloseTo(230);
  });

  it('is a name at its left, and never above the picture', () => {
    const corners = [
      { x: 0.9, y: 0.2 },
      { x: 0.5, y: 0.5 },
      { x: 0.9, y: 0.9 },
    ];
    expect(nameSpot('line', corners.slice(0, 2), SIZE)).toEqual({ x: 414, y: 186 });
    expect(nameSpot('zone', corners, SIZE).x).toBe(414);
    expect(nameSpot('line', [{ x: 0, y: 0 }], SIZE).y).toBe(14);
  });
});
