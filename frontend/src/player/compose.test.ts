// Pieces of patches: every block from where it stands packed to where it belongs, in as few copies as may be.
import { describe, expect, it } from 'vitest';
import { BLOCK, type Patch } from '../protocol/patch';
import { type Piece, piecesOf } from './compose';

/** A picture of six blocks in a row and five rows, the last of each half outside. */
const SIZE = { width: 88, height: 72 };
const COLUMNS = 6;

const patchOf = (...runs: [skip: number, send: number][]): Patch => ({
  ...SIZE,
  runs: runs.map(([skip, send]) => ({ skip, send })),
});
const packed = (columns: number, rows: number) => ({ width: columns * BLOCK, height: rows * BLOCK });

/** Blocks of pieces, each as the number of its place in the packed JPEG and of that in the picture. */
function copied(pieces: readonly Piece[] | undefined, packedColumns: number): Map<number, number> {
  const blocks = new Map<number, number>();
  for (const { from, to, width, height } of pieces ?? []) {
    for (let y = 0; y < height; y += BLOCK) {
      for (let x = 0; x < width; x += BLOCK) {
        const number = (of: Piece['from'], columns: number) =>
          ((of.y + y) / BLOCK) * columns + (of.x + x) / BLOCK;
        blocks.set(number(from, packedColumns), number(to, COLUMNS));
      }
    }
  }
  return blocks;
}

describe('pieces', () => {
  it.each([
    ['a block', patchOf([7, 1]), 1, 1, 1],
    ['a run within a row', patchOf([1, 3]), 3, 1, 1],
    ['a run over the end of a row of the picture', patchOf([4, 4]), 4, 1, 2],
    ['a run over the end of a packed row', patchOf([0, 5]), 3, 2, 2],
    ['runs that share a packed row', patchOf([0, 2], [1, 1], [2, 3]), 6, 1, 3],
    ['all of the picture, which is one copy', patchOf([0, 30]), 6, 5, 1],
    ['whole rows in the middle', patchOf([6, 12]), 6, 2, 1],
    ['blocks above each other, packed one by one', patchOf([2, 1], [5, 1], [5, 1]), 1, 3, 1],
  ] as const)('of %s', (_, patch, columns, rows, pieces) => {
    const found = piecesOf(patch, packed(columns, rows));
    const wanted: number[] = [];
    let next = 0;
    for (const { skip, send } of patch.runs) {
      next += skip;
      for (let n = 0; n < send; n++) wanted.push(next++);
    }
    expect([...copied(found, columns)].toSorted(([a], [b]) => a - b)).toEqual([...wanted.entries()]);
    expect(found).toHaveLength(pieces);
  });

  it('are none where the JPEG holds fewer blocks than the patch says', () => {
    expect(piecesOf(patchOf([0, 5]), packed(2, 2))).toBeUndefined();
    expect(piecesOf(patchOf([0, 1]), { width: 8, height: 16 })).toBeUndefined();
  });
});
