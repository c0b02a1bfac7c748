// Blocks that were sent, for the curious. In: what came since the frame that was painted before, and where
// the picture lies. Out: rectangles in the page's pixels, and fills that the picture shines through. Which
// messages are counted in is decided in live/sent.ts.
import { BLOCK, type Patch } from '../protocol/patch';
import type { Rect, Size } from './geometry';

/** What one message brought. */
export interface Sent {
  /** Blocks of it; undefined stands for all of the picture. */
  patch: Patch | undefined;
  /** Whether these are blocks that stand still and were made sharper. */
  refined: boolean;
}

export interface BlocksOnStage {
  rect: Rect;
  refined: boolean;
}

/** Fill of blocks that changed. */
const CHANGED = 'rgb(255 190 60 / 0.3)';
/** Fill of blocks that were made sharper. */
const REFINED = 'rgb(80 200 255 / 0.35)';

/**
 * Blocks on the stage: neighbours in a row as one. `frame` and `shown` are those of the painted frame. Blocks
 * at the rim may reach beyond the picture.
 */
export function placeBlocks(
  sent: readonly Sent[],
  { frame, shown }: { frame: Size; shown: Size },
  picture: Rect,
): BlocksOnStage[] {
  return sent.flatMap(({ patch, refined }) => {
    if (patch === undefined) return [{ rect: picture, refined }];
    const across = (shown.width / patch.width) * (picture.width / frame.width);
    const down = (shown.height / patch.height) * (picture.height / frame.height);
    return rowsOf(patch).map(({ x, y, length }) => ({
      rect: {
        x: picture.x + x * BLOCK * across,
        y: picture.y + y * BLOCK * down,
        width: length * BLOCK * across,
        height: BLOCK * down,
      },
      refined,
    }));
  });
}

/** Runs of a patch, cut where rows end. Places and lengths are in blocks. */
function rowsOf({ width, runs }: Patch): { x: number; y: number; length: number }[] {
  const columns = Math.ceil(width / BLOCK);
  const rows = [];
  let block = 0;
  for (const { skip, send } of runs) {
    block += skip;
    const end = block + send;
    while (block < end) {
      const x = block % columns;
      const length = Math.min(end - block, columns - x);
      rows.push({ x, y: Math.floor(block / columns), length });
      block += length;
    }
  }
  return rows;
}

/** Fills the blocks; those of one kind are one path, since a fill is dear. */
export function drawBlocks(context: CanvasRenderingContext2D, blocks: readonly BlocksOnStage[]): void {
  for (const refined of [false, true]) {
    context.beginPath();
    for (const { rect, refined: kind } of blocks) {
      if (kind === refined) context.rect(rect.x, rect.y, rect.width, rect.height);
    }
    context.fillStyle = refined ? REFINED : CHANGED;
    context.fill();
  }
}
