// Pictures composed on a sheet. In: JPEGs, complete ones and deltas, one after another. Out: the sheet with
// all of them drawn, and word when that is shown. Runs in the decoding thread, or on the page where there is
// no such thread. Order, and which frames are drawn at all, are the player's business.
import { readPatch } from '../protocol/patch';
import type { Part } from '../protocol/protocol';
import { type Piece, piecesOf } from './compose';
import type { Size } from './screen';

/** A decoded JPEG, which holds memory outside the collector's sight until it is closed. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** A sheet to draw on: a canvas, or a test's fake. */
export interface Sheet<P> {
  readonly size: Size;
  /** Takes the size of a picture and draws all of it. */
  cover(picture: P): void;
  /** Takes another size, and scales what was drawn to it. */
  rescale(size: Size): void;
  /** Copies pieces of a picture, pixel by pixel. */
  paste(picture: P, pieces: readonly Piece[]): void;
}

/** Draws one message of frames; fails where it cannot be drawn. */
export type Draw = (jpeg: ArrayBuffer, part: Part) => Promise<void>;

export interface ComposerParts<P extends Picture> {
  sheet: Sheet<P>;
  decode: (jpeg: ArrayBuffer) => Promise<P>;
  /** Runs a task before the next repaint. */
  beforeRepaint: (task: () => void) => void;
  /** Is told the size of what was drawn, once it is shown. */
  painted: (size: Size) => void;
}

/** Composes pictures on a sheet; the function returned draws one message after another. */
export function composer<P extends Picture>(parts: ComposerParts<P>): Draw {
  const { sheet, decode, beforeRepaint, painted } = parts;
  let repainting = false;
  return async (jpeg, part) => {
    const draw = part === 'whole' ? (picture: P) => sheet.cover(picture) : patching(sheet, jpeg, part);
    const picture = await decode(jpeg);
    try {
      draw(picture);
    } finally {
      picture.close();
    }
    if (repainting) return;
    repainting = true;
    beforeRepaint(() => {
      repainting = false;
      painted({ width: sheet.size.width, height: sheet.size.height });
    });
  };
}

/** Reads the patch of a delta; the function returned draws the delta's blocks. */
function patching<P extends Picture>(sheet: Sheet<P>, jpeg: ArrayBuffer, part: Part): (picture: P) => void {
  const patch = readPatch(jpeg);
  if (!patch.ok) throw new Error(`no patch (${patch.error.kind})`);
  const { width, height } = patch.value;
  return (picture) => {
    const pieces = piecesOf(patch.value, picture);
    if (pieces === undefined) throw new Error('the JPEG holds fewer blocks than its patch says');
    if (width !== sheet.size.width || height !== sheet.size.height) {
      // Only a sweep goes on with a picture of another size.
      if (part !== 'sweep') throw new Error('the delta is of a picture of another size');
      sheet.rescale({ width, height });
    }
    sheet.paste(picture, pieces);
  };
}
