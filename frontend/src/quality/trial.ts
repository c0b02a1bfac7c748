// The trial of a rung that was only tried. In: where it was tried from. Out: until when it is judged more
// strictly. Pure.
import type { Rung } from '../protocol/protocol';

/** Length of a trial, ms: longer than it takes a scene to get busy. */
const TRIAL_MS = 11_000;

/**
 * Frames a second, of a camera of 34, below which a rung on trial is left: what only just fits now will not
 * for long.
 */
export const TRIAL_FPS = 31;

/** Longest time for which the rate of a rung on trial may be too low, ms. */
export const SLOW_ON_TRIAL_MS = 600;

export class Trial {
  private readonly untilMs: number;

  /** Begins at `nowMs`; where the rung fails, the way goes back to `origin`, or further. */
  constructor(
    private readonly origin: Rung,
    nowMs: number,
  ) {
    this.untilMs = nowMs + TRIAL_MS;
  }

  /** Where the rung was tried from; undefined when the trial is over. */
  from(nowMs: number): Rung | undefined {
    return nowMs < this.untilMs ? this.origin : undefined;
  }
}
