// Which blocks of the picture a delta frame holds. In: a JPEG as it comes from the socket. Out: the size of
// the composed picture and the runs of its blocks, checked, or a typed error. What becomes of the blocks does
// not belong here. Golden samples: tests/golden/patches.json, shared with the server.
import type { Parsed } from './protocol';

/** Width and height of a block, pixels. */
export const BLOCK = 16;

/** Marker of a comment segment. */
const COM = 0xfffe;
/** Marker of the segment that tells the blocks. */
const APP11 = 0xffeb;
/** First bytes of that segment: `SCD1`. */
const MAGIC: readonly number[] = [0x53, 0x43, 0x44, 0x31];
/** Most runs of a segment. */
const MOST_RUNS = 4_096;
/** Largest side of a JPEG, pixels. */
const MOST_PIXELS = 65_535;
/** Largest number of the segment. */
const MOST = 0xffff_ffff;
/** What the first byte that a number cannot have would count: five bytes hold all numbers of 32 bits. */
const TOO_LONG = 2 ** 35;

/** Neighbouring blocks in the order of rows: some that stay as they are, then some that are sent. */
export interface Run {
  /** Number of blocks left out; zero in the first run only. */
  readonly skip: number;
  /** Number of blocks sent, at least one. */
  readonly send: number;
}

/** Which blocks of a picture a delta frame holds, and the size of the composed picture in pixels. */
export interface Patch {
  readonly width: number;
  readonly height: number;
  /** Runs through the picture's blocks, row by row; what follows the last one is left out. */
  readonly runs: readonly Run[];
}

/** Reads the patch of a JPEG that carries one right behind its comment. */
export function readPatch(jpeg: ArrayBuffer): Parsed<Patch> {
  const bytes = new DataView(jpeg);
  const comment = segmentAt(bytes, 2, COM);
  const segment = comment && segmentAt(bytes, comment.end, APP11);
  if (segment === undefined) return noPatch('there is no APP11 segment behind the comment');
  return parsePatch(new Uint8Array(jpeg, segment.begin, segment.end - segment.begin));
}

/** Reads what stands in the segment behind its marker and its length. */
export function parsePatch(payload: Uint8Array): Parsed<Patch> {
  if (!MAGIC.every((byte, at) => payload[at] === byte)) return noPatch('it does not begin with SCD1');
  const numbers = readNumbers(payload.subarray(MAGIC.length));
  if (numbers === undefined) return noPatch('a number is cut, too long or too large');
  const [width = 0, height = 0, ...rest] = numbers;
  if (!isSide(width) || !isSide(height)) return noPatch('the picture has no possible size');
  const runs = readRuns(rest);
  if (runs === undefined) return noPatch('a run is empty, or there are none or too many');
  const end = runs.reduce((sum, { skip, send }) => sum + skip + send, 0);
  if (end > Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK))
    return noPatch('the runs lead out of the picture');
  return { ok: true, value: { width, height, runs } };
}

/** Number of blocks that a patch sends. */
export function blocksIn({ runs }: Patch): number {
  return runs.reduce((sum, { send }) => sum + send, 0);
}

/** Place of what stands in a segment, behind its marker and its length. */
interface Segment {
  begin: number;
  end: number;
}

function segmentAt(jpeg: DataView, at: number, marker: number): Segment | undefined {
  if (jpeg.byteLength < at + 4 || jpeg.getUint16(at) !== marker) return undefined;
  const [begin, end] = [at + 4, at + 2 + jpeg.getUint16(at + 2)];
  return end < begin || end > jpeg.byteLength ? undefined : { begin, end };
}

/** Numbers as LEB128: seven bits a byte, the lowest first. Each number has one form only, the shortest. */
function readNumbers(bytes: Uint8Array): number[] | undefined {
  const numbers: number[] = [];
  let [value, weight] = [0, 1];
  for (const byte of bytes) {
    // No shifts: theirs are 32 bits with a sign.
    value += (byte & 0x7f) * weight;
    const isOverlong = byte === 0 && weight > 1;
    weight *= 0x80;
    if (byte >= 0x80) {
      if (weight >= TOO_LONG) return undefined;
      continue;
    }
    if (isOverlong || value > MOST) return undefined;
    numbers.push(value);
    [value, weight] = [0, 1];
  }
  return weight === 1 ? numbers : undefined;
}

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= MOST_PIXELS;
}

function readRuns(numbers: readonly number[]): Run[] | undefined {
  if (numbers.length === 0 || numbers.length % 2 === 1 || numbers.length > 2 * MOST_RUNS) return undefined;
  const runs = Array.from({ length: numbers.length / 2 }, (_, at) => ({
    skip: numbers[2 * at] ?? 0,
    send: numbers[2 * at + 1] ?? 0,
  }));
  return runs.every(({ skip, send }, at) => send > 0 && (skip > 0 || at === 0)) ? runs : undefined;
}

function noPatch(detail: string): { ok: false; error: { kind: 'not_a_frame'; detail: string } } {
  return { ok: false, error: { kind: 'not_a_frame', detail: `the segment of blocks: ${detail}` } };
}
