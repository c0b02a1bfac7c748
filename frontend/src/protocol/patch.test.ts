// The golden segments that the server's tests read as well, and where the segment stands in a JPEG.
import { describe, expect, it } from 'vitest';
import golden from '../../../tests/golden/patches.json';
import { blocksIn, parsePatch, type Patch, readPatch } from './patch';
import { jpegWithComment, sampleFrame } from './sample_frames';

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function patchOf({ width, height, runs }: (typeof golden.valid)[number]): Patch {
  return { width, height, runs: runs.map(([skip = -1, send = -1]) => ({ skip, send })) };
}

describe('golden patches', () => {
  it.each(golden.valid)('are read: $hex', (sample) => {
    expect(parsePatch(bytesOf(sample.hex))).toEqual({ ok: true, value: patchOf(sample) });
  });

  it.each(golden.invalid)('are refused: $why', ({ hex }) => {
    expect(parsePatch(bytesOf(hex))).toMatchObject({ ok: false, error: { kind: 'not_a_frame' } });
  });
});

describe('a patch', () => {
  const patch: Patch = {
    width: 1280,
    height: 720,
    runs: [
      { skip: 0, send: 3 },
      { skip: 200, send: 2 },
    ],
  };

  it('stands right behind the comment', () => {
    expect(readPatch(sampleFrame({ frame: 2, delta: {}, patch }))).toEqual({ ok: true, value: patch });
  });

  it('knows how many blocks it sends', () => {
    expect(blocksIn(patch)).toBe(5);
  });

  it('is refused wherever its JPEG is cut', () => {
    const jpeg = sampleFrame({ frame: 2, delta: {}, patch });
    // The last two bytes end the picture.
    for (let end = 0; end < jpeg.byteLength - 2; end++) {
      expect(readPatch(jpeg.slice(0, end)).ok, `cut at ${end}`).toBe(false);
    }
  });

  it('is not looked for elsewhere', () => {
    expect(readPatch(jpegWithComment('steadycast/1')).ok).toBe(false);
    expect(readPatch(new ArrayBuffer(0)).ok).toBe(false);
  });

  it('has no more runs than a segment may hold', () => {
    const runs = (many: number) => Array.from({ length: many }, (_, at) => ({ skip: at && 1, send: 1 }));
    const of = (many: number) =>
      readPatch(sampleFrame({ frame: 2, delta: {}, patch: { width: 3840, height: 2160, runs: runs(many) } }));
    expect([of(4_096).ok, of(4_097).ok]).toEqual([true, false]);
  });
});
