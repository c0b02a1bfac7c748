import { describe, expect, it } from 'vitest';
import { marked, steered } from './steering';

const press = (key: string, shiftKey = false) => ({ key, shiftKey });

describe('the crosshair', () => {
  it('begins at the newest moment, and goes on by keys within the chart', () => {
    expect(steered(undefined, press('ArrowLeft'), 60)).toEqual({ at: 59, from: undefined });
    expect(steered(undefined, press('End'), 60)?.at).toBe(59);
    const at = { at: 30, from: undefined };
    const led = (key: string) => steered(at, press(key), 60)?.at;
    expect(['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'].map(led)).toEqual([
      29, 31, 40, 20, 0, 59,
    ]);
    expect(steered({ at: 0, from: undefined }, press('ArrowLeft'), 60)?.at).toBe(0);
  });

  it('leaves other keys alone, and all of them where nothing is shown', () => {
    expect(steered({ at: 3, from: undefined }, press('Tab'), 60)).toBeUndefined();
    expect(steered(undefined, press('ArrowLeft'), 0)).toBeUndefined();
  });

  it('marks a time with Shift, and none without', () => {
    const first = steered({ at: 30, from: undefined }, press('ArrowLeft', true), 60);
    const second = first && steered(first, press('PageDown', true), 60);
    expect(second && marked(second)).toEqual([19, 30]);
    const third = second && steered(second, press('ArrowRight'), 60);
    expect(third && marked(third)).toBeUndefined();
  });
});
