import { describe, expect, it } from 'vitest';
import type { ListedCamera } from '../protocol/status';
import { isNight, shownOf } from './turns';

const camera = (name: string, state: ListedCamera['state']): ListedCamera => ({
  name,
  state,
  reason: undefined,
});

describe('the wall', () => {
  it('shows cameras with pictures, or all where none has any', () => {
    const [gate, yard] = [camera('gate', 'streaming'), camera('yard', 'reconnecting')];
    expect(shownOf([gate, yard])).toEqual([gate]);
    expect(shownOf([yard])).toEqual([yard]);
  });

  it('is dimmed at night', () => {
    expect([0, 5, 6, 12, 21, 22].map(isNight)).toEqual([true, true, false, false, false, true]);
  });
});
