// The sheet on a canvas in the test's hands: blocks go onto a picture, and onto nothing else.
import { describe, expect, it } from 'vitest';
import { canvasSheet, present } from './canvas_sheet';

const SIZE = { width: 64, height: 32 };
const PIECE = { from: { x: 0, y: 0 }, to: { x: 16, y: 0 }, width: 16, height: 16 };

/** A fresh sheet, of the same size as the pictures that are drawn on it. */
function setUp() {
  const canvas = Object.assign(new EventTarget(), SIZE);
  const drawn: number[][] = [];
  const context = {
    imageSmoothingEnabled: true,
    imageSmoothingQuality: 'low' as const,
    drawImage: (_: unknown, ...places: number[]) => drawn.push(places),
  };
  const picture = { ...SIZE } as ImageBitmap;
  const sheet = canvasSheet({ canvas, context, copy: () => picture });
  const loses = (event: string) => canvas.dispatchEvent(new Event(event));
  return { sheet, picture, canvas, drawn, loses };
}

describe('a sheet on a canvas', () => {
  it('takes blocks once it has a picture', () => {
    const { sheet, picture, drawn } = setUp();
    sheet.cover(picture);
    sheet.paste(picture, [PIECE]);
    expect(drawn).toEqual([
      [0, 0],
      [0, 0, 16, 16, 16, 0, 16, 16],
    ]);
  });

  it('takes another size with its picture', () => {
    const { sheet, picture, canvas, drawn } = setUp();
    sheet.cover(picture);
    sheet.rescale({ width: 32, height: 16 });
    expect([canvas.width, canvas.height, drawn.at(-1)]).toEqual([32, 16, [0, 0, 32, 16]]);
  });

  it('refuses blocks and sizes while nothing is drawn on it', () => {
    const { sheet, picture, canvas, drawn } = setUp();
    expect(() => sheet.paste(picture, [PIECE])).toThrow('no picture');
    expect(() => sheet.rescale({ width: 32, height: 16 })).toThrow('no picture');
    expect([canvas.width, drawn]).toEqual([64, []]);
  });

  it.each(['contextlost', 'contextrestored'])(
    'refuses them after %s, until a complete one comes',
    (event) => {
      const { sheet, picture, loses } = setUp();
      sheet.cover(picture);
      loses(event);
      expect(() => sheet.paste(picture, [PIECE])).toThrow('no picture');
      sheet.cover(picture);
      expect(() => sheet.paste(picture, [PIECE])).not.toThrow();
    },
  );
});

describe('a context', () => {
  it('is there, or an error says so', () => {
    expect(present('a context')).toBe('a context');
    expect(() => present(null)).toThrow('no context');
  });
});
