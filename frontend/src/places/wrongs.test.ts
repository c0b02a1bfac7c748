import { describe, expect, it } from 'vitest';
import { NOTHING_YET } from '../results/view';
import { renamed, sketchOf } from './sketch';
import { countWord, hintWord, ownWord, saveWord } from './words';
import { refusalOf, wrongsOf } from './wrongs';

const line = (id: string, to = [1, 0.5]) => ({ id, from: [0, 0.5], to });
const sketch = sketchOf({ lines: [line('gate'), line('gate-2')], zones: [] });

describe('what is wrong with a sketch', () => {
  it('is nothing where all is well', () => {
    expect(wrongsOf(sketch).size).toBe(0);
  });

  it.each([
    ['', 'needs a name'],
    ['  ', 'needs a name'],
    ['x'.repeat(41), 'at most 40'],
    ['gate', 'another one'],
  ])('is a name like "%s"', (id, why) => {
    expect([...wrongsOf(renamed(sketch, 1, id))]).toEqual([[1, expect.stringContaining(why)]]);
  });

  it('is a line without length', () => {
    expect(wrongsOf(sketchOf({ lines: [line('gate', [0, 0.5])], zones: [] })).get(0)).toContain('same place');
  });
});

describe('a refusal', () => {
  it('is about the place that it names, and stands alone where it names none', () => {
    expect(refusalOf('lines: line gate-2 has no length', sketch).key).toBe(1);
    expect(refusalOf('lines: line gate has no length', sketch).key).toBe(0);
    expect(refusalOf('the cameras file cannot be written', sketch)).toEqual({
      words: 'The cameras file cannot be written',
      key: undefined,
    });
  });
});

describe('words', () => {
  const [gate] = sketch;
  if (gate === undefined) throw new Error('no line');

  it('say what is counted, and that only what is saved is', () => {
    const counted = {
      id: 'gate',
      inbound: 3,
      outbound: 1,
      classes: { inbound: new Map(), outbound: new Map() },
    };
    expect(countWord(gate, sketch, { ...NOTHING_YET, lines: [counted] })).toBe('In 3, out 1');
    expect(countWord(gate, sketch, NOTHING_YET)).toBe('No count yet');
    expect(countWord(gate, [], NOTHING_YET)).toContain('once it is saved');
  });

  it('say what a source counts by itself, while nothing is drawn', () => {
    const [line] = [
      { id: 'promenade', from: { x: 0, y: 0 }, to: { x: 1, y: 1 }, at: 'foot', classes: [] },
    ] as const;
    const view = { ...NOTHING_YET, places: { lines: [line], zones: [] } };
    expect(ownWord([], view)).toContain('promenade');
    expect([ownWord(sketch, view), ownWord([], NOTHING_YET)]).toEqual([undefined, undefined]);
  });

  it('say what comes next while something is drawn', () => {
    const drawing = (points: number) => ({
      kind: 'zone' as const,
      points: Array.from({ length: points }, () => ({ x: 0, y: 0 })),
      done: false,
    });
    expect([undefined, drawing(0), drawing(1), drawing(3)].map(hintWord)).toEqual([
      expect.stringContaining('arrow keys'),
      expect.stringContaining('Enter'),
      'Click at the next corner.',
      expect.stringContaining('the first one'),
    ]);
  });

  it('say whether all is saved', () => {
    const words = (['none', 'under way', 'done', 'refused'] as const).map((saving) => saveWord(true, saving));
    expect(words).toEqual(['Not saved yet', 'Saving …', 'Not saved yet', 'Not saved']);
    expect([saveWord(false, 'done'), saveWord(false, 'none')]).toEqual(['Saved', '']);
  });
});
