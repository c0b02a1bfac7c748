// Results, by the moment of the frame that they are about. In: values with their capture times, as they
// arrive. Out: the one nearest to the frame being painted, and how much older that frame's picture is.
// Bounded; when something arrived plays no part.

/** Number of values kept: enough for a second of results at the rate of the camera. */
const KEPT = 40;

export interface Aged<T> {
  value: T;
  /**
   * Time from the capture of the value's own frame to that of the painted one, µs; negative if it is newer.
   */
  ageUs: number;
}

export class Timeline<T> {
  private kept: { capturedUs: number; value: T }[] = [];

  /**
   * @param lifeUs from this age on a value is not to be shown any more
   * @param aheadUs a value may be this much newer than the painted frame, and no more
   */
  constructor(
    private readonly lifeUs: number,
    private readonly aheadUs: number,
  ) {}

  add(capturedUs: number, value: T): void {
    this.kept = [...this.kept.slice(-(KEPT - 1)), { capturedUs, value }];
  }

  /** Value to show with the frame captured at `paintedUs`: the nearest, if it is not too old or too new. */
  at(paintedUs: number): Aged<T> | undefined {
    let best: Aged<T> | undefined;
    for (const { capturedUs, value } of this.kept) {
      const ageUs = paintedUs - capturedUs;
      if (ageUs >= this.lifeUs || ageUs < -this.aheadUs) continue;
      if (best === undefined || Math.abs(ageUs) <= Math.abs(best.ageUs)) best = { value, ageUs };
    }
    return best;
  }

  /**
   * Time by which the newest value is older than the painted frame, µs, where that is too old to show;
   * undefined where it is not, or where there is no value.
   */
  lateUs(paintedUs: number): number | undefined {
    const newestUs = Math.max(...this.kept.map(({ capturedUs }) => capturedUs));
    const ageUs = paintedUs - newestUs;
    return ageUs >= this.lifeUs && Number.isFinite(ageUs) ? ageUs : undefined;
  }

  clear(): void {
    this.kept = [];
  }
}
