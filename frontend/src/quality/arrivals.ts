// What arrives. In: frames. Out: rate, size, lateness, and what the link carries. Pure but for its own
// memory. Whether that is good or bad does not belong here.
import { Train } from './train';

/** Time over which a frame rate is measured, ms. */
export const WINDOW_MS = 5_000;

/** Time over which the latest rate is measured, ms: what was bad before that and is not any more is over. */
const LATEST_MS = 1_000;

/** Share of its rate below which a camera stands still, or nearly so. */
const FEW = 0.5;

/** Fewest frames that say anything about a link. */
const LEAST_TRAIN = 2;

interface Arrival {
  readonly atMs: number;
  /** Number of the frame, among all that the camera gave. */
  readonly number: number;
  readonly bytes: number;
  /** Whether it is of the rung that is judged. */
  readonly counts: boolean;
}

/** A frame as it arrives. */
export interface Arrived {
  readonly number: number;
  readonly bytes: number;
  readonly lateMs: number | undefined;
}

export class Arrivals {
  /**
   * Time before which nothing counts for rates: the last step, reconnect or pause, or the first frame after
   * it.
   */
  private sinceMs: number;
  /** No frame of the judged rung has come since. */
  private waiting = true;
  /** The last frame of any rung, or the moment from which one can be expected. */
  private lastMs: number;
  private frames: readonly Arrival[] = [];
  /** Frames of any rung: what arrives says as much about the link at one as at another. */
  private readonly train = new Train();

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
    this.lastMs = nowMs;
  }

  /** Has another rung judged from now on. */
  restart(nowMs: number): void {
    this.sinceMs = nowMs;
    this.waiting = true;
    this.frames = this.frames.map((frame) => ({ ...frame, counts: false }));
  }

  /**
   * Takes a frame, which took `lateMs` longer than an empty message, where that is known; `counts` says
   * whether it is of the rung that is judged.
   */
  add({ number, bytes, lateMs }: Arrived, counts: boolean, nowMs: number): void {
    // Some arrivals are told in hindsight, and may lie before a restart.
    const gap = Math.max(nowMs - this.lastMs, 0);
    // The link was free when the frame was sent, or else busy until the one before had arrived.
    this.train.add(bytes, lateMs === undefined ? gap : Math.min(Math.max(lateMs, 0), gap), nowMs);
    this.lastMs = Math.max(this.lastMs, nowMs);
    if (counts && this.waiting) {
      // It only starts the clock: what the link did before it may have been for another rung.
      this.sinceMs = nowMs;
      this.waiting = false;
    }
    this.frames = [...this.frames, { atMs: nowMs, number, bytes, counts }].filter(
      (frame) => nowMs - frame.atMs <= WINDOW_MS,
    );
  }

  /** Time without any frame. */
  silenceMs(nowMs: number): number {
    return nowMs - Math.max(this.lastMs, this.waiting ? this.sinceMs : 0);
  }

  /** How much time rates are measured over. */
  spanMs(nowMs: number): number {
    return this.waiting ? 0 : Math.min(nowMs - this.sinceMs, WINDOW_MS);
  }

  /** Frames a second over the whole window, from a camera of `offered` frames a second. */
  fps(offered: number, nowMs: number): number {
    return this.rate(offered, this.spanMs(nowMs), nowMs) ?? 0;
  }

  /** Frames a second of late; over the whole window where none came of late, since then nobody knows why. */
  latestFps(offered: number, nowMs: number): number {
    return this.rate(offered, Math.min(this.spanMs(nowMs), LATEST_MS), nowMs) ?? this.fps(offered, nowMs);
  }

  /** Frames a second by the clock alone, over the whole window or of late, whichever is fewer. */
  clockFps(nowMs: number): number {
    const spanMs = this.spanMs(nowMs);
    const of = (span: number) => (this.counted(span, nowMs).length * 1000) / Math.max(span, 1);
    return Math.min(of(spanMs), of(Math.min(spanMs, LATEST_MS)));
  }

  /** Mean size of the judged rung's frames. */
  bytes(): number | undefined {
    const counted = this.frames.filter((frame) => frame.counts);
    return counted.length === 0
      ? undefined
      : counted.reduce((sum, frame) => sum + frame.bytes, 0) / counted.length;
  }

  /** What the link carries at least, bytes a second. */
  capacity(nowMs: number): number | undefined {
    return this.train.length(nowMs) >= LEAST_TRAIN ? this.train.capacity(nowMs) : undefined;
  }

  /** Bytes a second that the link carries at least by its very last frames, where that is less. */
  latestCapacity(nowMs: number): number | undefined {
    return this.train.length(nowMs) >= LEAST_TRAIN ? this.train.latestCapacity(nowMs) : undefined;
  }

  /**
   * Frames a second over the last `spanMs`: by the clock, or by the numbers where the camera gives few. A
   * camera whose picture stands still gives one a second.
   */
  private rate(offered: number, spanMs: number, nowMs: number): number | undefined {
    const counted = this.counted(spanMs, nowMs);
    const first = counted[0]?.number;
    if (first === undefined) return undefined;
    const before = this.frames.findLast((frame) => frame.number < first)?.number ?? first - 1;
    const last = this.frames.at(-1)?.number ?? first;
    const given = last - before;
    const byClock = (counted.length * 1000) / spanMs;
    const byNumbers = (offered * counted.length) / Math.max(given, 1);
    const givesFew = (given * 1000) / spanMs < offered * FEW;
    return givesFew || given <= counted.length ? Math.max(byClock, byNumbers) : byClock;
  }

  private counted(spanMs: number, nowMs: number): readonly Arrival[] {
    const start = Math.max(nowMs - spanMs, this.sinceMs);
    return this.frames.filter(({ counts, atMs }) => counts && atMs > start);
  }
}
