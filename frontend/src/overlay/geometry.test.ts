// Places of the frame on stages of several shapes, and boxes on their way.
import { describe, expect, it } from 'vitest';
import {
  boxAfter,
  boxOnStage,
  containIn,
  frameIn,
  frameSize,
  moveInto,
  overlaps,
  pixelOnStage,
  spotOnStage,
} from './geometry';

const FRAME = { width: 1280, height: 720 };

describe('a picture on the stage', () => {
  it.each([
    ['fits as it is', { width: 1280, height: 720 }, { x: 0, y: 0, width: 1280, height: 720 }],
    ['has bars above and below', { width: 640, height: 800 }, { x: 0, y: 220, width: 640, height: 360 }],
    ['has bars at the sides', { width: 1000, height: 360 }, { x: 180, y: 0, width: 640, height: 360 }],
  ])('%s', (_, stage, rect) => {
    expect(containIn(stage, FRAME)).toEqual(rect);
  });

  it('takes points as fractions of itself, bars left out', () => {
    const picture = containIn({ width: 640, height: 800 }, FRAME);
    expect(spotOnStage({ x: 0.5, y: 0 }, picture)).toEqual({ x: 320, y: 220 });
    expect(spotOnStage({ x: 1, y: 1 }, picture)).toEqual({ x: 640, y: 580 });
  });

  it('takes points as pixels of the frame, whatever its own size', () => {
    const picture = containIn({ width: 640, height: 800 }, FRAME);
    expect(pixelOnStage({ x: 640, y: 720 }, FRAME, picture)).toEqual({ x: 320, y: 580 });
  });
});

describe('a smaller picture of a frame', () => {
  it('covers what the frame would cover where its size is a whole part', () => {
    const stage = { width: 640, height: 800 };
    expect(frameIn(stage, FRAME, { width: 1280, height: 720 })).toEqual(containIn(stage, FRAME));
  });

  it('reaches beyond the frame where its size was rounded up', () => {
    // 40 x 23 pixels of a frame of 320 x 180: 23 rows stand for 184.
    const rect = frameIn(
      { width: 640, height: 368 },
      { width: 320, height: 180 },
      { width: 320, height: 184 },
    );
    expect(rect).toEqual({ x: 0, y: 0, width: 640, height: 360 });
  });

  it.each([
    [
      'is what the server said, if that can be rounded to it',
      { width: 320, height: 180 },
      { width: 320, height: 180 },
    ],
    [
      'is a multiple of it where the server spoke of another',
      { width: 640, height: 360 },
      { width: 320, height: 184 },
    ],
    ['is a multiple of it before the server has spoken', undefined, { width: 320, height: 184 }],
  ])('has a frame whose size %s', (_, told, size) => {
    expect(frameSize({ width: 40, height: 23 }, 8, told)).toEqual(size);
  });
});

describe('a box', () => {
  const object = {
    trackId: 5,
    class: 'person',
    confidence: 0.9,
    box: { x1: 100, y1: 200, x2: 140, y2: 300 },
    velocity: { x: 50, y: -20 },
    speedKmh: 4.3,
    trail: [],
  };
  const picture = { x: 0, y: 220, width: 640, height: 360 };

  it('goes on at its velocity, in pixels of the frame a second', () => {
    expect(boxAfter(object, 200_000)).toEqual({ x1: 110, y1: 196, x2: 150, y2: 296 });
  });

  it('goes back where the picture is older than the result', () => {
    expect(boxAfter(object, -200_000)).toEqual({ x1: 90, y1: 204, x2: 130, y2: 304 });
  });

  it('is scaled with the picture', () => {
    expect(boxOnStage(object.box, FRAME, picture)).toEqual({ x: 50, y: 320, width: 20, height: 50 });
  });

  it('ends at the edge of the picture', () => {
    expect(boxOnStage({ x1: -20, y1: 700, x2: 40, y2: 800 }, FRAME, picture)).toEqual({
      x: 0,
      y: 570,
      width: 20,
      height: 10,
    });
  });

  it.each([
    { x1: -50, y1: 10, x2: 0, y2: 50 },
    { x1: 1280, y1: 10, x2: 1400, y2: 50 },
    { x1: 10, y1: 720, x2: 50, y2: 800 },
    { x1: 50, y1: 10, x2: 50, y2: 20 },
  ])('is nowhere if nothing of it is in the picture: %o', (box) => {
    expect(boxOnStage(box, FRAME, picture)).toBeUndefined();
  });
});

describe('rectangles', () => {
  const at = (x: number, y: number) => ({ x, y, width: 10, height: 10 });

  it('that only touch do not overlap', () => {
    expect([overlaps(at(0, 0), at(10, 0)), overlaps(at(0, 0), at(9, 9))]).toEqual([false, true]);
  });

  it('move by no more than it takes to lie inside', () => {
    const bounds = { x: 0, y: 0, width: 100, height: 100 };
    expect([moveInto(at(-5, 50), bounds), moveInto(at(95, 99), bounds)]).toEqual([at(0, 50), at(90, 90)]);
  });
});
