// What a link carries, told from frames that went over it. In: sizes, and how long the link was busy with
// each. Out: bytes a second. Pure but for its own memory.
//
// A frame is a packet train: while it passes, the link does nothing else for this viewer. While a link is
// full the figure is exact; where frames leave it idle it is a lower bound, since what else makes a frame
// late counts as well.

/** Most frames that count: the last ones. */
const FRAMES = 20;

/** Longest time for which a frame counts, ms. */
const LASTS_MS = 3_000;

/**
 * Number of frames from which on the slowest one does not count: a link that stood still for a moment is no
 * slow link.
 */
const WITHOUT_SLOWEST = 5;

/** Number of the last frames that tell whether a link has just become slower. */
const LATEST = 4;

/** Least time for which a frame is taken to keep a link busy, ms: timers are no finer. */
const LEAST_BUSY_MS = 0.1;

interface Passed {
  readonly atMs: number;
  readonly bytes: number;
  /** How long the link was busy with it. */
  readonly busyMs: number;
}

export class Train {
  private frames: readonly Passed[] = [];

  /** Takes a frame that has passed and kept the link busy for `busyMs`. */
  add(bytes: number, busyMs: number, nowMs: number): void {
    const frame = { atMs: nowMs, bytes, busyMs: Math.max(busyMs, LEAST_BUSY_MS) };
    this.frames = [...this.frames.slice(-(FRAMES - 1)), frame];
  }

  /** How many frames the figure would rest on. */
  length(nowMs: number): number {
    return this.recent(nowMs).length;
  }

  /**
   * Bytes a second: the harmonic mean of the frames' rates, each weighted by its size. Undefined where no
   * frame passed lately.
   */
  capacity(nowMs: number): number | undefined {
    const recent = this.recent(nowMs);
    let { bytes, busyMs } = sum(recent);
    const slowest = recent.reduce<Passed | undefined>(slower, undefined);
    if (slowest !== undefined && recent.length >= WITHOUT_SLOWEST) {
      bytes -= slowest.bytes;
      busyMs -= slowest.busyMs;
    }
    return busyMs > 0 ? (bytes * 1000) / busyMs : undefined;
  }

  /**
   * Bytes a second that the link carried during the last few frames, where that is less than before. This
   * figure follows a link that has become slower, and is misled by one that stood still for a moment.
   */
  latestCapacity(nowMs: number): number | undefined {
    const capacity = this.capacity(nowMs);
    const { bytes, busyMs } = sum(this.recent(nowMs).slice(-LATEST));
    return capacity === undefined ? undefined : Math.min(capacity, (bytes * 1000) / busyMs);
  }

  private recent(nowMs: number): readonly Passed[] {
    return this.frames.filter((frame) => nowMs - frame.atMs <= LASTS_MS);
  }
}

/** Bytes of all, and how long the link was busy with them. */
function sum(frames: readonly Passed[]): { bytes: number; busyMs: number } {
  return {
    bytes: frames.reduce((bytes, frame) => bytes + frame.bytes, 0),
    busyMs: frames.reduce((busyMs, frame) => busyMs + frame.busyMs, 0),
  };
}

/** Of two that are equally slow the later one, as on the server. */
function slower(a: Passed | undefined, b: Passed): Passed {
  return a !== undefined && a.busyMs / a.bytes > b.busyMs / b.bytes ? a : b;
}
