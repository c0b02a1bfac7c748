// The lateness of results that come too late to be drawn. In: each painted frame, and how old the newest
// result was where it was too old for it. Out: how late results are, once that is worth telling. Pure but for
// its own memory: the frames of two seconds.

/**
 * Window of frames, µs. Results count as late once more than half of its frames were painted without one;
 * results that are late now and then are drawn most of the time.
 */
const LOOK_BACK_US = 2_000_000;

/**
 * Shortest time of frames that is judged, µs. The first frames of a camera that was away for a moment have
 * old results; that is over by then.
 */
const LEAST_US = 1_000_000;

interface Painted {
  readonly atUs: number;
  /** Age of the newest result where that was too old for the frame; undefined where a result was drawn. */
  readonly lateUs: number | undefined;
}

export class Lateness {
  private frames: readonly Painted[] = [];

  /**
   * Takes a painted frame that was captured at `atUs`, with the newest result's age where that was too old.
   */
  painted(atUs: number, lateUs: number | undefined): void {
    this.frames = [...this.frames.filter((frame) => atUs - frame.atUs < LOOK_BACK_US), { atUs, lateUs }];
  }

  /** Lateness in seconds, by the last frame without a result; undefined while results are drawn. */
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
