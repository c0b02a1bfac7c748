// Wishes for complete pictures that cannot be drawn, in simulated time.
import { describe, expect, it } from 'vitest';
import { Wishes } from './wishes';

/** Waits behind failures in a row, each of which comes when the wait before it is over. */
function waits(wishes: Wishes, failures: number): number[] {
  let nowMs = 0;
  return Array.from({ length: failures }, () => {
    wishes.failed(nowMs);
    const waitMs = wishes.waitMs(nowMs);
    nowMs += waitMs;
    return waitMs;
  });
}

describe('a wish for a complete picture', () => {
  it('waits longer and longer where none can be drawn', () => {
    const seconds = waits(new Wishes(), 10).map((ms) => ms / 1000);
    expect(seconds).toEqual([0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it('waits no longer once one is drawn, and begins anew', () => {
    const wishes = new Wishes();
    waits(wishes, 6);
    wishes.drawn();
    expect([wishes.waitMs(0), waits(wishes, 3)]).toEqual([0, [0, 0, 1_000]]);
  });

  it('waits no longer for frames that fail meanwhile without having been asked for', () => {
    const wishes = new Wishes();
    for (let nowMs = 0; nowMs < 1_000; nowMs += 33) wishes.failed(nowMs);
    // The third failed at 66 ms.
    expect([wishes.waitMs(1_000), wishes.waitMs(1_066)]).toEqual([66, 0]);
  });
});
