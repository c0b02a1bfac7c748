// Pictures composed on a sheet of letters, one a block, so that a picture is a text.
import { describe, expect, it } from 'vitest';
import { BLOCK } from '../protocol/patch';
import type { Part } from '../protocol/protocol';
import { sampleFrame } from '../protocol/sample_frames';
import { composer, type Picture, type Sheet } from './composer';
import type { Size } from './screen';

class Letters implements Picture {
  closed = 0;
  readonly width: number;
  readonly height: number;

  constructor(readonly rows: readonly string[]) {
    this.width = (rows[0]?.length ?? 0) * BLOCK;
    this.height = rows.length * BLOCK;
  }

  close(): void {
    this.closed++;
  }
}

function setUp() {
  let rows: string[] = [];
  const calls: string[] = [];
  const size = { width: 0, height: 0 };
  const sheet: Sheet<Letters> = {
    size,
    cover(picture) {
      calls.push('cover');
      rows = [...picture.rows];
      Object.assign(size, { width: picture.width, height: picture.height });
    },
    rescale(to) {
      calls.push('rescale');
      rows = Array.from({ length: to.height / BLOCK }, () => '?'.repeat(to.width / BLOCK));
      Object.assign(size, to);
    },
    paste(picture, pieces) {
      for (const { from, to, width, height } of pieces) {
        for (let y = 0; y < height / BLOCK; y++) {
          const [left, right] = [from.x / BLOCK, (from.x + width) / BLOCK];
          const cut = picture.rows[from.y / BLOCK + y]?.slice(left, right) ?? '';
          const row = rows[to.y / BLOCK + y] ?? '';
          rows[to.y / BLOCK + y] = row.slice(0, to.x / BLOCK) + cut + row.slice(to.x / BLOCK + cut.length);
        }
      }
    },
  };
  const pictures = new Map<ArrayBuffer, Letters>();
  const repaints: (() => void)[] = [];
  const painted: Size[] = [];
  const draw = composer<Letters>({
    sheet,
    decode: (jpeg) => {
      const picture = pictures.get(jpeg);
      return picture === undefined ? Promise.reject(new Error('no JPEG')) : Promise.resolve(picture);
    },
    beforeRepaint: (task) => repaints.push(task),
    painted: (shown) => painted.push(shown),
  });
  /** Draws a picture of letters; with runs as a delta of a picture of so many blocks. */
  const show = async (part: Part, letters: string[], runs: number[][] = [], [columns, high] = [3, 2]) => {
    const patch = {
      width: columns * BLOCK,
      height: high * BLOCK,
      runs: runs.map(([skip = 0, send = 0]) => ({ skip, send })),
    };
    const jpeg = sampleFrame({ frame: 2, ...(part !== 'whole' && { delta: {}, patch }) });
    const picture = new Letters(letters);
    pictures.set(jpeg, picture);
    try {
      await draw(jpeg, part);
    } finally {
      expect(picture.closed).toBe(1);
    }
    return rows;
  };
  return { show, draw, calls, repaints, painted };
}

describe('the composer', () => {
  it('draws complete pictures and pastes blocks where they belong', async () => {
    const { show, calls } = setUp();
    expect(await show('whole', ['abc', 'def'])).toEqual(['abc', 'def']);
    const runs = [
      [1, 1],
      [1, 3],
    ];
    // The last blocks of the packed JPEG are filler.
    expect(await show('delta', ['BDE', 'F..'], runs)).toEqual(['aBc', 'DEF']);
    expect(await show('refined', ['x'], [[5, 1]])).toEqual(['aBc', 'DEx']);
    expect(calls).toEqual(['cover']);
  });

  it('scales what was there for a sweep of another size, and for nothing else', async () => {
    const { show, calls } = setUp();
    await show('whole', ['abc', 'def']);
    await expect(show('delta', ['x'], [[0, 1]], [2, 1])).rejects.toThrow('another size');
    expect(await show('sweep', ['x'], [[0, 1]], [2, 1])).toEqual(['x?']);
    expect(await show('sweep', ['y'], [[1, 1]], [2, 1])).toEqual(['xy']);
    expect(calls).toEqual(['cover', 'rescale']);
  });

  it('draws nothing of a delta that is not what it says', async () => {
    const { show, draw } = setUp();
    await show('whole', ['abc', 'def']);
    await expect(show('delta', ['x'], [[0, 2]])).rejects.toThrow('fewer blocks');
    await expect(draw(sampleFrame({ frame: 2, delta: {} }), 'delta')).rejects.toThrow('no patch');
    await expect(draw(new ArrayBuffer(4), 'whole')).rejects.toThrow('no JPEG');
    expect(await show('delta', ['x'], [[0, 1]])).toEqual(['xbc', 'def']);
  });

  it('says once for all that was drawn before a repaint that it is shown', async () => {
    const { show, repaints, painted } = setUp();
    await show('whole', ['abc', 'def']);
    await show('delta', ['x'], [[0, 1]]);
    expect([repaints.length, painted]).toEqual([1, []]);
    repaints[0]?.();
    expect(painted).toEqual([{ width: 48, height: 32 }]);
    await show('delta', ['x'], [[0, 1]]);
    expect(repaints.length).toBe(2);
  });
});
