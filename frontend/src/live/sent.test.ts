// Messages between two paintings, and the blocks that they brought.
import { describe, expect, it } from 'vitest';
import type { Delta } from '../protocol/protocol';
import { sampleFrame } from '../protocol/sample_frames';
import { SentKeeper } from './sent';

const PATCH = { width: 1280, height: 720, runs: [{ skip: 5, send: 2 }] };
const DELTA: Delta = { base: 1, blocks: 2, whole: 9, sweep: false, refined: false };

describe('what was sent', () => {
  it('is told with the frame that shows it, once', () => {
    const keeper = new SentKeeper();
    keeper.add({ frame: 1 }, sampleFrame({ frame: 1 }));
    for (const frame of [2, 3]) {
      keeper.add({ frame, delta: DELTA }, sampleFrame({ frame, delta: {}, patch: PATCH }));
    }
    expect(keeper.takeUpTo(2)).toEqual([
      { patch: undefined, refined: false },
      { patch: PATCH, refined: false },
    ]);
    expect([keeper.takeUpTo(2), keeper.takeUpTo(3).length]).toEqual([[], 1]);
  });

  it('may have been made sharper', () => {
    const keeper = new SentKeeper();
    const delta = { ...DELTA, base: 2, refined: true };
    keeper.add({ frame: 2, delta }, sampleFrame({ frame: 2, delta, patch: PATCH }));
    expect(keeper.takeUpTo(3)).toEqual([{ patch: PATCH, refined: true }]);
  });

  it('is nothing of a delta that cannot be read', () => {
    const keeper = new SentKeeper();
    keeper.add({ frame: 2, delta: DELTA }, sampleFrame({ frame: 2, delta: {} }));
    expect(keeper.takeUpTo(2)).toEqual([]);
  });
});
