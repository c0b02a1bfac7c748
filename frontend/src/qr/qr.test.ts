// QR codes: one that another program makes alike, the sizes of texts, and how faults are weighed.
import { describe, expect, it } from 'vitest';
import { codeOf } from './code';
import { alignments, roomOf, wordsOf } from './codewords';
import { penaltyOf } from './penalty';

/** The code of "hi", as uqr 0.1.3 makes it, and as readers read it. */
const HI = `
#######..#..#.#######
#.....#.#..#..#.....#
#.###.#..#....#.###.#
#.###.#.#..#..#.###.#
#.###.#...###.#.###.#
#.....#.###.#.#.....#
#######.#.#.#.#######
..........###........
#####.####..##.#.#.#.
#.#..#....#.#..#....#
.#...###..##.#..####.
####.#.#.......##.#..
#.#.###..#.#.#..#.#.#
........#.#####..#..#
#######.#...#.##...#.
#.....#..######..#..#
#.###.#.#.#.#..#..#..
#.###.#.##..#..#..#..
#.###.#.#..#.#..###..
#.....#.##.....##.#..
#######.####.#..####.
`;

const drawn = (text: string) =>
  (codeOf(text) ?? []).map((row) => row.map((dark) => (dark ? '#' : '.')).join('')).join('\n');

const coded = (code: string) => code.split(' ').map((row) => Array.from(row, (sign) => sign === '#'));

describe('a code', () => {
  it('is what another program makes of the same text', () => {
    expect(drawn('hi')).toBe(HI.trim());
  });

  // Letters that each version holds at level L: ISO/IEC 18004:2015, table 7.
  it.each([
    [17, 1],
    [18, 2],
    [106, 5],
    [154, 7],
    [230, 9],
    [271, 10],
    [321, 11],
    [322, 12],
    [858, 20],
    [1_273, 25],
  ])('of %d letters is of version %d', (letters, version) => {
    expect(wordsOf('x'.repeat(letters))?.version).toBe(version);
  });

  it('has as many words as there is room for, and is none of what does not fit', () => {
    for (const letters of [1, 100, 300, 1_000]) {
      const { version = 0, words = [] } = wordsOf('x'.repeat(letters)) ?? {};
      expect(words).toHaveLength(roomOf(version));
      expect(codeOf('x'.repeat(letters))).toHaveLength(version * 4 + 17);
    }
    expect(codeOf('x'.repeat(1_274))).toBeUndefined();
  });

  it('has its alignment patterns where the standard has them', () => {
    expect([1, 2, 7, 14, 25].map(alignments)).toEqual([
      [],
      [6, 18],
      [6, 22, 38],
      [6, 26, 46, 66],
      [6, 32, 58, 84, 110],
    ]);
  });
});

describe('what is hard to read', () => {
  it('is a long run, a block, what looks like a corner, and too much of one colour', () => {
    // Even, without runs and blocks.
    expect(penaltyOf(coded('#. .#'))).toBe(0);
    // A run of six, and nothing light.
    expect(penaltyOf(coded('######'))).toBe(4 + 100);
    expect(penaltyOf(coded('##.. ##.. ..## ..##'))).toBe(4 * 3);
    expect(penaltyOf(coded('#.###.#....'))).toBe(40);
  });
});
