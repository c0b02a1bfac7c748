// Where the blocks of a delta frame go. In: its patch, and the size of its JPEG, in which the blocks stand
// packed. Out: pieces to copy from there to the picture. Pure; nothing is copied here.
import { BLOCK, blocksIn, type Patch } from '../protocol/patch';
import type { Size } from './screen';

/** A rectangle of whole blocks, in pixels. At the right and lower rim it may reach beyond the picture. */
export interface Piece extends Size {
  /** Upper left corner in the packed JPEG. */
  from: { x: number; y: number };
  /** Upper left corner in the picture. */
  to: { x: number; y: number };
}

/** Pieces of a patch; undefined where the JPEG cannot hold as many blocks. */
export function piecesOf(patch: Patch, packed: Size): Piece[] | undefined {
  const columns = Math.ceil(patch.width / BLOCK);
  const packedColumns = Math.floor(packed.width / BLOCK);
  if (blocksIn(patch) > packedColumns * Math.floor(packed.height / BLOCK)) return undefined;
  const pieces: Piece[] = [];
  let [block, from] = [0, 0];
  for (const { skip, send } of patch.runs) {
    block += skip;
    const end = block + send;
    while (block < end) {
      // Neighbours as far as the rows of both reach.
      const [left, room] = [columns - (block % columns), packedColumns - (from % packedColumns)];
      const length = Math.min(end - block, left, room);
      add(pieces, {
        from: spot(from, packedColumns),
        to: spot(block, columns),
        width: length * BLOCK,
        height: BLOCK,
      });
      block += length;
      from += length;
    }
  }
  return pieces;
}

function spot(block: number, columns: number): Piece['from'] {
  return { x: (block % columns) * BLOCK, y: Math.floor(block / columns) * BLOCK };
}

/** Adds a piece, or makes the last one higher where they stand above each other in both: copies are dear. */
function add(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (last !== undefined && isBelow(last, piece)) last.height += piece.height;
  else pieces.push(piece);
}

function isBelow(last: Piece, { from, to, width }: Piece): boolean {
  const aligned = width === last.width && from.x === last.from.x && to.x === last.to.x;
  return aligned && from.y === last.from.y + last.height && to.y === last.to.y + last.height;
}
