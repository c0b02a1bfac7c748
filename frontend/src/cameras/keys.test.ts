// Where the keys of a menu lead.
import { describe, expect, it } from 'vitest';
import { entryAfter } from './keys';

const NAMES = ['back', 'bench', 'gate'];

describe('a key in a menu', () => {
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 2, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 1, 0],
    ['ArrowUp', 0, 2],
    ['ArrowUp', -1, 2],
    ['Home', 2, 0],
    ['End', 0, 2],
    ['g', 0, 2],
    ['B', 0, 1],
    ['b', 1, 0],
    ['b', 2, 0],
  ])('%s on entry %i leads to %i', (key, at, to) => {
    expect(entryAfter(key, at, NAMES)).toBe(to);
  });

  it.each(['x', ' ', 'Enter', 'Escape', 'Tab', 'Shift'])('"%s" leads nowhere', (key) => {
    expect(entryAfter(key, 0, NAMES)).toBeUndefined();
  });

  it('leads nowhere where there is nothing', () => {
    expect(entryAfter('ArrowDown', 0, [])).toBeUndefined();
  });
});
