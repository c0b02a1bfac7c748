// A text as the words of a QR code with the least of error correction (level L), which is enough on a screen:
// ISO/IEC 18004:2015, 7.4 to 7.6. In: a text. Out: the smallest version that holds it, and its codewords with
// those that correct them, in the order in which they are placed. Pure.

/** Codewords that correct errors, of a block, and the number of blocks; of versions 1 to 25 (table 9). */
const CORRECTING = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12];

/** Mode of bytes (table 2), and its length in bits. */
const BYTES_MODE = 0b0100;
const MODE_BITS = 4;

/** Codewords that fill what is left (7.4.10). */
const PADS = [0xec, 0x11];

/** Polynomial of the field of 256 elements in which errors are corrected (7.5.2). */
const FIELD = 0x11d;

export interface Words {
  version: number;
  words: readonly number[];
}

/** What is placed for a text; undefined where it is too long, which 1,200 letters are not. */
export function wordsOf(text: string): Words | undefined {
  const bytes = [...new TextEncoder().encode(text)];
  for (let version = 1; version <= BLOCKS.length; version++) {
    const data = dataOf(bytes, version);
    if (data !== undefined) return { version, words: withCorrection(data, version) };
  }
  return undefined;
}

/** Numbers of the rows in which alignment patterns have their middle (annex E). */
export function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const later = Array.from({ length: count - 1 }, (_, nth) => version * 4 + 10 - (count - 2 - nth) * step);
  return [6, ...later];
}

/** Codewords that a version has room for: modules that are no pattern and no information, by eight. */
export function roomOf(version: number): number {
  const lines = alignments(version).length;
  const patterns = version === 1 ? 0 : (25 * lines - 10) * lines - 55;
  const information = version < 7 ? 0 : 36;
  return Math.floor(((16 * version + 128) * version + 64 - patterns - information) / 8);
}

/** Codewords of the text alone, filled up; undefined where the version is too small. */
function dataOf(bytes: readonly number[], version: number): number[] | undefined {
  const room = roomOf(version) - correcting(version) * blocks(version);
  const bits = [...bitsOf(BYTES_MODE, MODE_BITS), ...bitsOf(bytes.length, version < 10 ? 8 : 16)];
  for (const byte of bytes) bits.push(...bitsOf(byte, 8));
  if (bits.length > room * 8) return undefined;
  bits.push(...bitsOf(0, Math.min(MODE_BITS, room * 8 - bits.length)));
  bits.push(...bitsOf(0, -bits.length & 7));
  const words = Array.from({ length: bits.length / 8 }, (_, at) => numberOf(bits.slice(at * 8, at * 8 + 8)));
  for (let nth = 0; words.length < room; nth++) words.push(PADS[nth % 2] ?? 0);
  return words;
}

/** Blocks with their correction, one word of each by turns (7.6). */
function withCorrection(data: readonly number[], version: number): number[] {
  const [count, correction] = [blocks(version), correcting(version)];
  const shorter = Math.floor(data.length / count);
  const long = data.length % count;
  const all = Array.from({ length: count }, (_, nth) => {
    const from = nth * shorter + Math.max(0, nth - (count - long));
    return data.slice(from, from + shorter + (nth >= count - long ? 1 : 0));
  });
  const divisor = divisorOf(correction);
  return [...byTurns(all), ...byTurns(all.map((block) => remainder(block, divisor)))];
}

function byTurns(lists: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  const turns = Array.from({ length: longest }, (_, at) => lists.map((list) => list[at]));
  return turns.flat().filter((word) => word !== undefined);
}

/** The generator polynomial of that degree, highest power first, without its leading one (annex A). */
function divisorOf(degree: number): number[] {
  let divisor = [1];
  let root = 1;
  for (let nth = 0; nth < degree; nth++) {
    const shifted = [...divisor, 0];
    divisor = shifted.map((factor, at) => factor ^ times(divisor[at - 1] ?? 0, root));
    root = times(root, 2);
  }
  return divisor.slice(1);
}

/** What is left of a block that is divided by the generator polynomial. */
function remainder(block: readonly number[], divisor: readonly number[]): number[] {
  return block.reduce<number[]>(
    (left, word) => {
      const factor = word ^ (left[0] ?? 0);
      return divisor.map((each, at) => (left[at + 1] ?? 0) ^ times(each, factor));
    },
    divisor.map(() => 0),
  );
}

/** The product of two elements of the field. */
function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * FIELD);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

/** A number as bits, highest first. */
export function bitsOf(value: number, length: number): number[] {
  return Array.from({ length }, (_, at) => (value >> (length - 1 - at)) & 1);
}

function numberOf(bits: readonly number[]): number {
  return bits.reduce((value, bit) => value * 2 + bit, 0);
}

function correcting(version: number): number {
  return CORRECTING[version - 1] ?? 0;
}

function blocks(version: number): number {
  return BLOCKS[version - 1] ?? 1;
}
