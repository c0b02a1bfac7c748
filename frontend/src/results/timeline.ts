// Results by the moment of the frame they are about. In: values with their capture times, as they arrive.
// Out: the one nearest to the frame being painted, and how much older that frame's picture is. Bounded; when
// something arrived plays no part.

/** Enough for a second of results at the rate of the camera. */
const KEPT = 40;

export interface Aged<T> {
  value: T;
  /** How long after the value's own frame the painted one was captured; negative if before. */
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

  /** What to show with the frame captured at `paintedUs`. */
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
   * How much older than the painted frame the newest value is, where that is too old to show; undefined where
   * there is none.
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
