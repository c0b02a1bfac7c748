// A canvas as a sheet to compose on, on the page or in the decoding thread. In: bitmaps. Out: pixels. The
// canvas has the picture's own size; how large it is shown is up to the style sheet.
import type { Piece } from './compose';
import type { Sheet } from './composer';
import type { Size } from './screen';

/** The parts of a canvas of either kind that are used. */
interface Canvas {
  width: number;
  height: number;
}

/** The parts of a canvas's context of either kind that are used. */
type Context = CanvasDrawImage & CanvasImageSmoothing;

export interface SheetParts {
  canvas: Canvas;
  context: Context | null;
  /** Copies what is on the canvas. */
  copy: () => CanvasImageSource;
}

export function canvasSheet({ canvas, context, copy }: SheetParts): Sheet<ImageBitmap> {
  return {
    size: canvas,
    cover(picture) {
      resize(canvas, picture);
      context?.drawImage(picture, 0, 0);
    },
    rescale(size) {
      const before = copy();
      // With a new size the canvas is empty, and its context as it was in the beginning.
      resize(canvas, size);
      if (context === null) return;
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = 'medium';
      context.drawImage(before, 0, 0, size.width, size.height);
    },
    paste(picture, pieces) {
      if (context === null) return;
      // Nothing is scaled, so a filter could only mix blocks with what stands beside them in the JPEG.
      context.imageSmoothingEnabled = false;
      for (const piece of pieces) copyPiece(context, picture, piece);
    },
  };
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
