// Whether results come too late to be drawn. In: each painted frame, and how old the newest result was where
// it was too old for it. Out: how late results are, once that is worth telling. Pure but for its own memory:
// the frames of two seconds.

/**
 * Results that are late now and then are drawn most of the time: that is told of more than half of the frames
 * of this time.
 */
const LOOK_BACK_US = 2_000_000;

/**
 * A camera that was away for a moment has old results for the first frames after it; that is over before
 * this.
 */
const LEAST_US = 1_000_000;

interface Painted {
  readonly atUs: number;
  /** Undefined where there was a result for it. */
  readonly lateUs: number | undefined;
}

export class Lateness {
  private frames: readonly Painted[] = [];

  /**
   * A frame captured at `atUs` was painted; where the newest result was too old for it, that was `lateUs`
   * older.
   */
  painted(atUs: number, lateUs: number | undefined): void {
    this.frames = [...this.frames.filter((frame) => atUs - frame.atUs < LOOK_BACK_US), { atUs, lateUs }];
  }

  /** In seconds, of the last frame that was without a result; undefined while results are drawn. */
  get seconds(): number | undefined {
    const { frames } = this;
    const spanUs = (frames.at(-1)?.atUs ?? 0) - (frames[0]?.atUs ?? 0);
    const late = frames.flatMap(({ lateUs }) => (lateUs === undefined ? [] : [lateUs]));
    const last = late.at(-1);
    return last === undefined || spanUs < LEAST_US || late.length * 2 <= frames.length
      ? undefined
      : last / 1_000_000;
  }

  clear(): void {
    this.frames = [];
  }
}
