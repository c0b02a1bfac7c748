// A QR code (ISO/IEC 18004:2015), level L. In: a text. Out: which modules are dark. What a code looks like
// does not belong here. Pure.
import { penaltyOf } from './penalty';
import { alignments, bitsOf, type Words, wordsOf } from './codewords';

/** Modules of a code, row by row; true where it is dark. */
export type Code = readonly (readonly boolean[])[];

/** A code that is being made; undefined where nothing stands yet. */
type Draft = (boolean | undefined)[][];

/** Which modules are turned around, by column and row (table 10). */
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Level L, as the format has it (table 12), and what is combined with it so that it is never all light. */
const LEVEL_L = 0b01;
const FORMAT_MASK = 0x5412;

/** Polynomials that protect the format (annex C) and the version (annex D), and the bits that each adds. */
const FORMAT = { polynomial: 0x537, added: 10 };
const VERSION = { polynomial: 0x1f25, added: 12 };

/** The code of a text; undefined where the text is too long. */
export function codeOf(text: string): Code | undefined {
  const words = wordsOf(text);
  if (words === undefined) return undefined;
  const codes = MASKS.map((_, mask) => drawn(words, mask));
  return codes.reduce((best, code) => (penaltyOf(code) < penaltyOf(best) ? code : best));
}

function drawn({ version, words }: Words, mask: number): Code {
  const size = version * 4 + 17;
  const draft: Draft = Array.from({ length: size }, () => Array<undefined>(size).fill(undefined));
  drawPatterns(draft, version);
  drawFormat(draft, mask);
  if (version >= 7) drawVersion(draft, version);
  place(draft, words, mask);
  return draft.map((row) => row.map((dark) => dark === true));
}

function drawPatterns(draft: Draft, version: number): void {
  const size = draft.length;
  for (let at = 0; at < size; at++) {
    set(draft, at, 6, at % 2 === 0);
    set(draft, 6, at, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    drawRings(draft, x, y, 4);
  const middles = alignments(version);
  const last = size - 7;
  for (const x of middles)
    for (const y of middles) {
      const isFinder = (x === 6 && (y === 6 || y === last)) || (x === last && y === 6);
      if (!isFinder) drawRings(draft, x, y, 2);
    }
}

/** Squares around a middle: dark, but for the second one, and for the light edge of large ones. */
function drawRings(draft: Draft, x: number, y: number, radius: number): void {
  for (let down = -radius; down <= radius; down++)
    for (let right = -radius; right <= radius; right++) {
      const ring = Math.max(Math.abs(down), Math.abs(right));
      set(draft, x + right, y + down, ring !== radius - (radius === 4 ? 2 : 1) && ring !== 4);
    }
}

function drawFormat(draft: Draft, mask: number): void {
  const size = draft.length;
  const bits = bitsOf(withProtection((LEVEL_L << 3) | mask, FORMAT) ^ FORMAT_MASK, 15).toReversed();
  bits.forEach((bit, at) => {
    const dark = bit === 1;
    // Around the upper left corner, where the timing patterns are passed over.
    const [x, y] = at < 8 ? [8, at < 6 ? at : at + 1] : [at < 9 ? 15 - at : 14 - at, 8];
    set(draft, x, y, dark);
    // Beside the two other corners.
    if (at < 8) set(draft, size - 1 - at, 8, dark);
    else set(draft, 8, size - 15 + at, dark);
  });
  set(draft, 8, size - 8, true);
}

function drawVersion(draft: Draft, version: number): void {
  const bits = bitsOf(withProtection(version, VERSION), 18).toReversed();
  bits.forEach((bit, at) => {
    const [far, near] = [draft.length - 11 + (at % 3), Math.floor(at / 3)];
    set(draft, far, near, bit === 1);
    set(draft, near, far, bit === 1);
  });
}

/** A number with the bits behind it that protect it. */
function withProtection(value: number, { polynomial, added }: typeof FORMAT): number {
  let left = value;
  for (let bit = 0; bit < added; bit++) left = (left << 1) ^ ((left >> (added - 1)) * polynomial);
  return (value << added) | left;
}

/** Places words from the lower right corner, up and down in columns of two (7.7.3). */
function place(draft: Draft, words: readonly number[], mask: number): void {
  const size = draft.length;
  const bits = words.flatMap((word) => bitsOf(word, 8));
  const isTurned = MASKS[mask] ?? (() => false);
  let next = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUp = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const y = isUp ? size - 1 - step : step;
        if (draft[y]?.[x] !== undefined) continue;
        // A few modules are left over, and stay light before they are turned around.
        set(draft, x, y, (bits[next++] === 1) !== isTurned(x, y));
      }
  }
}

function set(draft: Draft, x: number, y: number, dark: boolean): void {
  const row = draft[y];
  if (row !== undefined && x >= 0 && x < row.length) row[x] = dark;
}
