// A canvas as a sheet to compose on, on the page or in the decoding thread. In: bitmaps. Out: pixels. The
// canvas has the picture's own size; how large it is shown is up to the style sheet.
import type { Piece } from './compose';
import type { Sheet } from './composer';
import type { Size } from './screen';

/** The parts of a canvas of either kind that are used. */
interface Canvas {
  width: number;
  height: number;
  addEventListener(type: 'contextlost' | 'contextrestored', hear: () => void): void;
}

/** The parts of a canvas's context of either kind that are used. */
type Context = CanvasDrawImage & CanvasImageSmoothing;

export interface SheetParts {
  canvas: Canvas;
  context: Context;
  /** Copies what is on the canvas. */
  copy: () => CanvasImageSource;
}

export function canvasSheet({ canvas, context, copy }: SheetParts): Sheet<ImageBitmap> {
  /** Whether what was drawn last is still there; blocks are worth nothing on an empty canvas. */
  let covered = false;
  const uncover = () => {
    covered = false;
  };
  // A graphics processor that is reset takes pictures along, and those that are drawn until it is back.
  canvas.addEventListener('contextlost', uncover);
  canvas.addEventListener('contextrestored', uncover);
  const needPicture = () => {
    if (!covered) throw new Error('there is no picture to go on from');
  };
  return {
    size: canvas,
    cover(picture) {
      resize(canvas, picture);
      context.drawImage(picture, 0, 0);
      covered = true;
    },
    rescale(size) {
      needPicture();
      const before = copy();
      // With a new size the canvas is empty, and its context as it was in the beginning.
      resize(canvas, size);
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = 'medium';
      context.drawImage(before, 0, 0, size.width, size.height);
    },
    paste(picture, pieces) {
      needPicture();
      // Nothing is scaled, so a filter could only mix blocks with what stands beside them in the JPEG.
      context.imageSmoothingEnabled = false;
      for (const piece of pieces) copyPiece(context, picture, piece);
    },
  };
}

/** Context that a canvas gave; fails where it gave none, since nothing would be drawn and all of it told. */
export function present<C>(context: C | null): C {
  if (context === null) throw new Error('the canvas has no context');
  return context;
}

/** Decodes a JPEG; the colours stay as they are, so that blocks of two JPEGs match. */
export function decodeBitmap(jpeg: ArrayBuffer): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }), { colorSpaceConversion: 'none' });
}

function resize(canvas: Canvas, { width, height }: Size): void {
  // Setting a size clears the canvas even if it stays the same.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

function copyPiece(context: Context, picture: ImageBitmap, { from, to, width, height }: Piece): void {
  context.drawImage(picture, from.x, from.y, width, height, to.x, to.y, width, height);
}
