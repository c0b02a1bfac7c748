// Events or amounts a second, and the middle of recent values. In: moments and numbers. Out: figures for a
// person to read. Pure but for its own memory; the quality controller keeps its own, stricter window.

/** Window of a rate, ms: long enough to read the figure, short enough to see a change. */
const RATE_MS = 2_000;
/**
 * Shortest time from which a rate is told, ms: in less a few events that came together look like a high one.
 */
const LEAST_MS = 1_000;
/** Number of values whose middle is told: those of about a second of frames. */
const RECENT = 31;

export class RateMeter {
  /** Moment of the first event, which only starts the clock. */
  private beganMs: number | undefined;
  private events: { atMs: number; amount: number }[] = [];

  /** Takes an event, or one that stands for an amount of something. */
  add(nowMs: number, amount = 1): void {
    if (this.beganMs === undefined) {
      this.beganMs = nowMs;
      return;
    }
    this.events.push({ atMs: nowMs, amount });
    this.trim(nowMs);
  }

  /**
   * Events or amounts a second; undefined until there is something to measure, zero while nothing comes any
   * more.
   */
  perSecond(nowMs: number): number | undefined {
    this.trim(nowMs);
    const spanMs = Math.min(RATE_MS, nowMs - (this.beganMs ?? nowMs));
    if (spanMs < LEAST_MS || (spanMs < RATE_MS && this.events.length === 0)) return undefined;
    return (this.events.reduce((sum, { amount }) => sum + amount, 0) * 1000) / spanMs;
  }

  reset(): void {
    this.beganMs = undefined;
    this.events = [];
  }

  private trim(nowMs: number): void {
    this.events = this.events.filter(({ atMs }) => nowMs - atMs < RATE_MS);
  }
}

/** The values of the last second or so. Their median is told, so that one late frame makes no figure jump. */
export class RecentValues {
  private values: number[] = [];

  add(value: number): void {
    this.values = [...this.values.slice(-(RECENT - 1)), value];
  }

  /** Median of the recent values; undefined while there are none. */
  middle(): number | undefined {
    const sorted = this.values.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  reset(): void {
    this.values = [];
  }
}
