// The way of an object on the stage: where it begins and ends, and that it does not twitch.
import { describe, expect, it } from 'vitest';
import type { TrackedObject } from '../protocol/analytics';
import { boxAfter } from './geometry';
import { TRAIL_PIECES, trailOnStage } from './trails';

const FRAME = { width: 1280, height: 720 };
/** Half the size of the frame, with a bar above. */
const PICTURE = { x: 0, y: 40, width: 640, height: 360 };

/** Somebody who walked to the right at 100 pixels a second for a second. */
const walker: TrackedObject = {
  trackId: 5,
  class: 'person',
  confidence: 0.9,
  box: { x1: 190, y1: 300, x2: 210, y2: 400 },
  velocity: { x: 100, y: 0 },
  speedKmh: 4.3,
  trail: [100, 125, 150, 175, 200].map((x) => ({ x, y: 400 })),
};

const after = (shiftUs: number, object = walker) =>
  trailOnStage(object, { box: boxAfter(object, shiftUs), shiftUs }, FRAME, PICTURE);
function span(pieces: ReturnType<typeof after>): [left: number, right: number] {
  const places = pieces.flat().map(({ x }) => x);
  return [Math.min(...places), Math.max(...places)];
}

describe('a trail', () => {
  it('goes from its oldest place to the foot of the box, at the size of the picture', () => {
    const pieces = after(0);
    expect(pieces[0]?.[0]).toEqual({ x: 50, y: 240 });
    expect(pieces.at(-1)?.at(-1)).toEqual({ x: 100, y: 240 });
    expect(span(after(400_000))).toEqual([50, 120]);
  });

  it('is in pieces of one length that join', () => {
    const pieces = after(0);
    expect(pieces).toHaveLength(TRAIL_PIECES);
    const lengths = pieces.map((piece) => (piece.at(-1)?.x ?? 0) - (piece[0]?.x ?? 0));
    for (const length of lengths) expect(length).toBeCloseTo(50 / TRAIL_PIECES, 6);
    for (const [i, piece] of pieces.slice(1).entries()) expect(piece[0]).toEqual(pieces[i]?.at(-1));
  });

  it('follows corners', () => {
    const around = {
      ...walker,
      trail: [
        { x: 100, y: 200 },
        { x: 100, y: 400 },
      ],
    };
    expect(after(0, around).flat()).toContainEqual({ x: 50, y: 240 });
  });

  it('does not run ahead of a box in a picture that is older than the result', () => {
    expect(span(after(-400_000))).toEqual([50, 80]);
  });

  it('keeps its way where somebody has turned round', () => {
    const turned = { ...walker, velocity: { x: -100, y: 0 } };
    expect(span(after(0, { ...turned, box: { ...turned.box, x1: 140, x2: 160 } }))).toEqual([50, 100]);
  });

  it('is none for who stands, and for who has only trembled', () => {
    expect(after(0, { ...walker, trail: [] })).toEqual([]);
    expect(after(0, { ...walker, trail: [{ x: 197, y: 400 }], velocity: { x: 0, y: 0 } })).toEqual([]);
  });

  it('stays in its places when the oldest one goes', () => {
    const next = { ...walker, trail: walker.trail.slice(1) };
    const on = (pieces: ReturnType<typeof after>) => pieces.flat().map(({ y }) => y);
    expect(new Set([...on(after(0)), ...on(after(0, next))])).toEqual(new Set([240]));
    expect(span(after(0, next))).toEqual([62.5, 100]);
  });
});
