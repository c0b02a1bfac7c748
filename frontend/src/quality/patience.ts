// How long to stay away from a rung that was too much. In: rungs left and rungs held. Out: when each may be
// tried again. Pure but for its own memory. Which rung to be at does not belong here.
import type { Rung } from '../protocol/protocol';
import { cost } from './rungs';

/**
 * A rung that has to be left this soon after it was reached could not be held: it has failed. Longer than it
 * takes a scene to get busy: a rung that only fits a quiet one is none to come back to.
 */
const FAILED_WITHIN_MS = 15_000;

/** A try that fails is two steps, and a viewer should not see more in a minute. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 240_000;

/**
 * A rung held this long has proved itself, and all that cost less; their waits are halved, and again after
 * the same time.
 */
export const PROVED_MS = 20_000;

/** Viewers that share a link must not try together: up to this share is added to the waits of one. */
const JITTER = 0.3;

/** Of what the link carried when a rung failed, this share is safe. */
const SAFE = 0.9;

/** A link that carries this much more than it did is another one. */
const FASTER = 1.5;

/** A rung that was too much. */
export interface TooMuch {
  readonly rung: Rung;
  /** What the link carried then, bytes a second, where that is known. */
  readonly capacity: number | undefined;
  /**
   * Whether nearly all frames came, so that the capacity is that of this viewer's frames: where hardly any
   * come, it says little.
   */
  readonly nearly: boolean;
}

/** A rung that was too much for something else than the link. */
export function notForTheLink(rung: Rung): TooMuch {
  return { rung, capacity: undefined, nearly: false };
}

interface Failure {
  readonly what: TooMuch;
  /** The wait after the last failure; the next one doubles it. */
  readonly waitMs: number;
  readonly atMs: number;
  readonly untilMs: number;
}

export class Patience {
  /** The rungs that have failed and not been redeemed since. */
  private failures: readonly Failure[] = [];

  /** @param jitter this viewer's own, 0 to 1; it should differ from viewer to viewer */
  constructor(private readonly jitter: number) {}

  /** A rung that was reached at `reachedMs` was too much. */
  left(what: TooMuch, reachedMs: number, nowMs: number): void {
    // A rung that was only passed on the way down from another has not failed by itself. But by now it is
    // known better what the link carries.
    const above = this.failures.findIndex(
      (failure) => failure.atMs === reachedMs && costOf(failure) > cost(what.rung),
    );
    const failure = this.failures[above];
    if (failure !== undefined) {
      const then = failure.what.capacity;
      const capacity =
        then !== undefined && what.capacity !== undefined ? Math.min(then, what.capacity) : then;
      this.failures = this.failures.with(above, {
        ...failure,
        what: { ...failure.what, capacity },
        atMs: nowMs,
      });
    } else if (nowMs - reachedMs <= FAILED_WITHIN_MS) {
      this.failed(what, nowMs);
    }
  }

  /** The rung was too much, or the server does not give it now. */
  failed(what: TooMuch, nowMs: number): void {
    // A dearer rung that failed before was a failure of this one too: the link got no better since. On one
    // way down each is not another failure.
    const dearer = this.failures.filter((failure) => costOf(failure) >= cost(what.rung));
    const waits = dearer.map(
      (failure) => failure.waitMs * (nowMs - failure.atMs <= FAILED_WITHIN_MS ? 1 : 2),
    );
    const waitMs = Math.min(Math.max(FIRST_WAIT_MS, ...waits), LONGEST_WAIT_MS);
    const untilMs = nowMs + waitMs * (1 + JITTER * this.jitter);
    const cheaper = this.failures.filter((failure) => costOf(failure) < cost(what.rung));
    this.failures = [...cheaper, { what, waitMs, atMs: nowMs, untilMs }];
  }

  /** The rung has been held for PROVED_MS. */
  proved(rung: Rung): void {
    this.failures = this.failures
      .map((failure) =>
        costOf(failure) <= cost(rung) ? { ...failure, waitMs: failure.waitMs / 2 } : failure,
      )
      .filter((failure) => failure.waitMs >= FIRST_WAIT_MS || costOf(failure) > cost(rung));
  }

  /**
   * So many bytes a second came over the link without any missing: what failed on a link that carried clearly
   * less is forgotten.
   */
  carried(carried: number): void {
    const stands = (then: number | undefined): boolean => then === undefined || carried <= FASTER * then;
    this.failures = this.failures.filter((failure) => stands(failure.what.capacity));
  }

  /**
   * Milliseconds until a rung that needs `needed` bytes a second may be tried on a link that carries
   * `capacity`; zero if it may be now.
   */
  waitMs(rung: Rung, needed: number, capacity: number, nowMs: number): number {
    const concerned = (failure: Failure): boolean => {
      const { capacity: then, nearly } = failure.what;
      // The link is a faster one now; but small frames may pass a slow one in a burst, so that is not
      // believed at once.
      const believed = nowMs - failure.atMs > FAILED_WITHIN_MS;
      if (then !== undefined && capacity > FASTER * then && needed <= SAFE * capacity && believed)
        return false;
      return cost(rung) >= costOf(failure) || (then !== undefined && nearly && needed > SAFE * then);
    };
    return Math.max(0, ...this.failures.filter(concerned).map((failure) => failure.untilMs - nowMs));
  }
}

function costOf(failure: Failure): number {
  return cost(failure.what.rung);
}
