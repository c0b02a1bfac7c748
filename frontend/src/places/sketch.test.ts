import { describe, expect, it } from 'vitest';
import {
  changeOf,
  isSameSketch,
  moved,
  renamed,
  sketchOf,
  swapped,
  unreadOf,
  usualPoints,
  withCorner,
  withoutPoint,
  withPlace,
} from './sketch';

const LINE = { id: 'gate', from: [0.2, 0.6], to: [0.8, 0.6], classes: ['person'], at: 'middle' };
const ZONE = {
  id: 'plaza',
  points: [
    [0.1, 0.4],
    [0.9, 0.4],
    [0.5, 0.9],
  ],
  above: 20,
};
const sketch = sketchOf({ lines: [LINE], zones: [ZONE] });
const [line, zone] = [0, 1];

describe('a sketch', () => {
  it('is what the server tells, and what makes no sense is left out', () => {
    expect(sketch.map(({ key, kind, id }) => [key, kind, id])).toEqual([
      [line, 'line', 'gate'],
      [zone, 'zone', 'plaza'],
    ]);
    expect(
      sketchOf({
        lines: [
          { ...LINE, to: 'there' },
          { ...LINE, id: 7 },
        ],
        zones: [],
      }),
    ).toEqual([]);
  });

  it('tells the server what has changed and nothing else, with all that it had', () => {
    expect(changeOf(sketch, sketch)).toEqual({});
    expect(changeOf(sketch, renamed(sketch, line, 'door'))).toEqual({ lines: [{ ...LINE, id: 'door' }] });
    expect(changeOf(sketch, moved(sketch, zone, 2, { x: 0, y: 0.1 }))).toEqual({
      zones: [{ ...ZONE, points: [...ZONE.points.slice(0, 2), [0.5, 1]] }],
    });
    expect(changeOf(sketch, [])).toEqual({ lines: [], zones: [] });
  });

  it('swaps in and out of a line by its ends', () => {
    expect(changeOf(sketch, swapped(sketch, line)).lines).toEqual([
      { ...LINE, from: LINE.to, to: LINE.from },
    ]);
  });

  it('gives each new place a name and a number of its own', () => {
    const more = withPlace(withPlace(sketch, 'line', usualPoints('line', 2)), 'line', usualPoints('line', 3));
    expect(more.slice(2).map(({ key, id }) => [key, id])).toEqual([
      [2, 'line-1'],
      [3, 'line-2'],
    ]);
    expect(more[2]?.points).not.toEqual(more[3]?.points);
  });

  it('moves a point by itself, or all together as far as they stay in the frame', () => {
    const points = (index: number | undefined) =>
      moved(sketch, line, index, { x: 0.5, y: 0 })[line]?.points.map(({ x }) => x);
    expect(points(0)).toEqual([0.7, 0.8]);
    expect(points(undefined)).toEqual([0.4, 1]);
  });

  it('takes and loses corners, and goes where too few are left', () => {
    const four = withCorner(sketch, zone, 0);
    expect(four[zone]?.points[1]).toEqual({ x: 0.5, y: 0.4 });
    expect(withoutPoint(four, zone, 1)).toEqual(sketch);
    expect(withoutPoint(sketch, zone, 1).map(({ id }) => id)).toEqual(['gate']);
    expect(withoutPoint(sketch, line, 0).map(({ id }) => id)).toEqual(['plaza']);
  });
});

describe('what others have saved', () => {
  it('is told from what was there, whatever numbers have lost on their way', () => {
    const same = sketchOf({ lines: [{ ...LINE, from: [0.200001, 0.6] }], zones: [ZONE] });
    expect(isSameSketch(sketch, same)).toBe(true);
    expect(isSameSketch(sketch, sketchOf({ lines: [{ ...LINE, at: 'top' }], zones: [ZONE] }))).toBe(false);
    expect(isSameSketch(sketch, sketchOf({ lines: [LINE], zones: [] }))).toBe(false);
  });

  it('and cannot be drawn stays as it is', () => {
    const odd = { id: 7, from: 'here' };
    const told = { lines: [LINE, odd], zones: [ZONE] };
    expect(unreadOf(told)).toEqual({ lines: [odd], zones: [] });
    const change = changeOf(sketch, renamed(sketch, line, 'door'), unreadOf(told));
    expect(change.lines?.map(({ id }) => id)).toEqual(['door', 7]);
    expect(change.zones).toBeUndefined();
  });
});
