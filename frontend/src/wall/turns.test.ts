import { describe, expect, it } from 'vitest';
import type { ListedCamera } from '../protocol/status';
import { isNight, nextOf, shownOf } from './turns';

const camera = (name: string, state: ListedCamera['state'] = 'streaming'): ListedCamera => ({
  name,
  state,
  reason: undefined,
});

describe('the wall', () => {
  it('shows cameras with pictures, or all where none has any', () => {
    const [gate, yard] = [camera('gate'), camera('yard', 'reconnecting')];
    expect(shownOf([gate, yard])).toEqual([gate]);
    expect(shownOf([yard])).toEqual([yard]);
  });

  it('goes from one to the next and round, also where one has gone meanwhile', () => {
    const three = [camera('attic'), camera('gate'), camera('yard')];
    const turns = ['attic', 'gate', 'yard', undefined].map((before) => nextOf(three, before));
    expect(turns).toEqual(['gate', 'yard', 'attic', 'attic']);
    expect(nextOf([camera('attic'), camera('yard')], 'gate')).toBe('yard');
    expect(nextOf([], 'gate')).toBeUndefined();
  });

  it('is dimmed at night', () => {
    expect([0, 5, 6, 12, 21, 22].map(isNight)).toEqual([true, true, false, false, false, true]);
  });
});
