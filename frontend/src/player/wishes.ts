// The wait between wishes for complete pictures. In: when frames were drawn, and when they could not be.
// Out: how long the next wish has to wait. A complete picture is given at once and takes a thin link for
// itself, so whoever can draw none must not go on asking for more. Pure; who asks, and for what, is decided
// in player.ts.

/** Failures in a row up to which nothing waits: a decoder may choke on one picture, and a thread may end. */
const FEW = 2;
/** First wait behind more of them, which doubles with each further failure, and the longest one, ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

export class Wishes {
  /** Failures in a row; those during a wait are of frames that nobody had asked for. */
  private failures = 0;
  private notBeforeMs = -Infinity;

  /** Takes note of a frame that could not be drawn. */
  failed(nowMs: number): void {
    if (this.waitMs(nowMs) > 0) return;
    this.failures++;
    const doublings = this.failures - FEW - 1;
    if (doublings >= 0) this.notBeforeMs = nowMs + Math.min(LONGEST_MS, FIRST_MS * 2 ** doublings);
  }

  /** Takes note of a frame that was drawn. */
  drawn(): void {
    this.failures = 0;
    this.notBeforeMs = -Infinity;
  }

  /** Time for which the next wish has to wait, ms. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.notBeforeMs - nowMs);
  }
}
