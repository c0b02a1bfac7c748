// Frames as the server made them: tests/golden/deltas/, which tests of the server and of the Python client
// read as well. Pictures are not decoded here: what is read is which blocks they hold.
import { describe, expect, it } from 'vitest';
import composed from '../../../tests/golden/deltas/composed.json';
import { BLOCK, blocksIn, type Patch, readPatch } from './patch';
import { type FrameHeader, parseFrameHeader } from './protocol';

const files = import.meta.glob<string>('../../../tests/golden/deltas/*.jpg', {
  query: '?inline',
  eager: true,
  import: 'default',
});

function jpegOf(name: string): ArrayBuffer {
  const data = files[`../../../tests/golden/deltas/${name}.jpg`]?.split(',')[1] ?? '';
  return Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer;
}

function headerOf(name: string): FrameHeader {
  const parsed = parseFrameHeader(jpegOf(name));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error.kind}`);
  return parsed.value;
}

function patchOf(name: string): Patch {
  const parsed = readPatch(jpegOf(name));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error.kind}`);
  return parsed.value;
}

/** Numbers of the blocks that a patch sends. */
function sentBy({ runs }: Patch): number[] {
  let end = 0;
  return runs.flatMap(({ skip, send }) => {
    const from = end + skip;
    end = from + send;
    return Array.from({ length: send }, (_, n) => from + n);
  });
}

const SERIES = [
  ['even', 1],
  ['odd', 2],
] as const;

describe.each(SERIES)('recorded frames of %s pictures', (name, scale) => {
  const { width, height, luma } = composed[name];

  it('are a complete one and two deltas, each of the one before', () => {
    const all = [0, 1, 2].map((n) => headerOf(`${name}_${n}`));
    expect(all.map(({ frame, delta }) => [frame, delta?.base])).toEqual([
      [1, undefined],
      [2, 1],
      [3, 2],
    ]);
    for (const header of all) expect(header).toMatchObject({ level: 60, scale });
    expect(readPatch(jpegOf(`${name}_0`)).ok).toBe(false);
  });

  it.each([1, 2])('say which blocks they hold: delta %i', (n) => {
    const patch = patchOf(`${name}_${n}`);
    expect([patch.width, patch.height]).toEqual([width, height]);
    expect(blocksIn(patch)).toBe(headerOf(`${name}_${n}`).delta?.blocks);
    expect(luma[n]).toHaveLength(Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK));
    const changed = luma[n]?.flatMap((sum, block) => (sum === luma[n - 1]?.[block] ? [] : [block]));
    expect(changed).not.toEqual([]);
    expect(sentBy(patch)).toEqual(expect.arrayContaining(changed ?? []));
  });
});
