// The lateness of results that are old when they are drawn, or too old for that. In: each painted frame, and
// how old the newest result was where it was not in time. Out: how late results are, once that is worth
// telling. Pure but for its own memory: the frames of two seconds.
import type { Old } from './timeline';

/**
 * Window of frames, µs. Results count as late once more than half of its frames were painted without one that
 * was in time; those that are late now and then are in time most of the time.
 */
const LOOK_BACK_US = 2_000_000;

/**
 * Shortest time of frames that is judged, µs. The first frames of a camera that was away for a moment have
 * old results; that is over by then.
 */
const LEAST_US = 1_000_000;

interface Painted {
  readonly atUs: number;
  /** The newest result where it was old; undefined where it was in time. */
  readonly old: Old | undefined;
}

/** How late results are. */
export interface Late {
  seconds: number;
  /** Whether they are drawn all the same. */
  shown: boolean;
}

export class Lateness {
  private frames: readonly Painted[] = [];

  /** Takes a painted frame that was captured at `atUs`, with the newest result where that was old. */
  painted(atUs: number, old: Old | undefined): void {
    this.frames = [...this.frames.filter((frame) => atUs - frame.atUs < LOOK_BACK_US), { atUs, old }];
  }

  /** Lateness by the last frame that had no result in time; undefined while results are in time. */
  get told(): Late | undefined {
    const { frames } = this;
    const spanUs = (frames.at(-1)?.atUs ?? 0) - (frames[0]?.atUs ?? 0);
    const late = frames.flatMap(({ old }) => (old === undefined ? [] : [old]));
    const last = late.at(-1);
    return last === undefined || spanUs < LEAST_US || late.length * 2 <= frames.length
      ? undefined
      : { seconds: last.ageUs / 1_000_000, shown: last.shown };
  }

  clear(): void {
    this.frames = [];
  }
}
