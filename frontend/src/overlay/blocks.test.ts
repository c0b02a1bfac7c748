// Blocks of patches on the stage: cut where rows end, and as large as the picture is shown.
import { describe, expect, it } from 'vitest';
import { placeBlocks } from './blocks';

const STAGE = { x: 10, y: 20, width: 640, height: 360 };
const FULL = { width: 1280, height: 720 };
const PAINTED = { frame: FULL, shown: FULL };

describe('blocks on the stage', () => {
  it('are cut where a row ends', () => {
    const patch = { ...FULL, runs: [{ skip: 79, send: 2 }] };
    expect(placeBlocks([{ patch, refined: false }], PAINTED, STAGE)).toEqual([
      { rect: { x: 10 + 79 * 8, y: 20, width: 8, height: 8 }, refined: false },
      { rect: { x: 10, y: 28, width: 8, height: 8 }, refined: false },
    ]);
  });

  it('are larger on a smaller picture, which may have been rounded up', () => {
    const patch = { width: 160, height: 90, runs: [{ skip: 0, send: 1 }] };
    const painted = { frame: { width: 1278, height: 718 }, shown: { width: 1280, height: 720 } };
    const stage = { x: 0, y: 0, width: 1278, height: 718 };
    expect(placeBlocks([{ patch, refined: true }], painted, stage)).toEqual([
      { rect: { x: 0, y: 0, width: 128, height: 128 }, refined: true },
    ]);
  });

  it('are all of the picture where that came as a whole', () => {
    expect(placeBlocks([{ patch: undefined, refined: false }], PAINTED, STAGE)).toEqual([
      { rect: STAGE, refined: false },
    ]);
  });
});
