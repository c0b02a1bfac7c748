// Whether results come too late to be drawn. In: the frames on which nothing could be drawn, and how old the newest result was. Out: how
// late results are, once that is worth telling. Pure but for its own memory, which does not grow.

/** A camera that was away for a moment has old results for the first frames after it; that is over before this. */
const SAID_AFTER_US = 1_000_000;

/** A result that comes late may flash up between two that come too late; they are one time of lateness. */
const OVER_AFTER_US = 2_000_000;

export class Lateness {
  private missed: { sinceUs: number; atUs: number; lateUs: number } | undefined;

  /** Nothing could be drawn on the frame captured at `paintedUs`: the newest result is `lateUs` older. */
  miss(paintedUs: number, lateUs: number): void {
    const { sinceUs } = this.current(paintedUs) ?? { sinceUs: paintedUs };
    this.missed = { sinceUs, atUs: paintedUs, lateUs };
  }

  /** In seconds; undefined while results are drawn. */
  seconds(paintedUs: number): number | undefined {
    const missed = this.current(paintedUs);
    return missed === undefined || missed.atUs - missed.sinceUs < SAID_AFTER_US ? undefined : missed.lateUs / 1_000_000;
  }

  clear(): void {
    this.missed = undefined;
  }

  private current(paintedUs: number) {
    return this.missed !== undefined && paintedUs - this.missed.atUs < OVER_AFTER_US ? this.missed : undefined;
  }
}
