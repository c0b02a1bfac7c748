// How long to stay away from a rung that was too much. In: rungs left and rungs held. Out: when each may be
// tried again. Pure but for its own memory. Which rung to be at does not belong here.
import type { Rung } from '../protocol/protocol';
import { cost } from './rungs';

/**
 * Longest time, ms, after which a rung that has to be left counts as one that could not be held: it has
 * failed. That is longer than it takes a scene to get busy, since a rung that only fits a quiet scene is none
 * to come back to.
 */
const FAILED_WITHIN_MS = 15_000;

/**
 * Wait for the next try after a rung's first failure, ms: a try that fails is two steps, and a viewer should
 * not see more in a minute.
 */
const FIRST_WAIT_MS = 60_000;

/** Longest wait for the next try, ms, however often the rung has failed. */
const LONGEST_WAIT_MS = 240_000;

/**
 * Time for which a rung is held before it has proved itself, and all that cost less, ms. Their waits are
 * halved then, and again each time that as much time has passed.
 */
export const PROVED_MS = 20_000;

/** Largest share that is added to the waits of one viewer: those who share a link must not try together. */
const JITTER = 0.3;

/** Share of what the link carried when a rung failed that another rung may safely take. */
const SAFE = 0.9;

/** Factor by which a link must carry more than it did to be taken for another link. */
const FASTER = 1.5;

/** A rung that was too much. */
export interface TooMuch {
  readonly rung: Rung;
  /** Bytes a second that the link carried then, where that is known. */
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

  /** Takes that a rung which was reached at `reachedMs` was too much. */
  left(what: TooMuch, reachedMs: number, nowMs: number): void {
    // A rung that was only passed on the way down from a dearer one has not failed by itself. But it tells
    // better what the link carries.
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

  /** Takes that a rung was too much, or that the server does not give it now. */
  failed(what: TooMuch, nowMs: number): void {
    // The failure of a dearer rung was one of this rung as well, since the link got no better: so the wait
    // doubles. Not on one way down through several rungs: that is one failure.
    const dearer = this.failures.filter((failure) => costOf(failure) >= cost(what.rung));
    const waits = dearer.map(
      (failure) => failure.waitMs * (nowMs - failure.atMs <= FAILED_WITHIN_MS ? 1 : 2),
    );
    const waitMs = Math.min(Math.max(FIRST_WAIT_MS, ...waits), LONGEST_WAIT_MS);
    const untilMs = nowMs + waitMs * (1 + JITTER * this.jitter);
    const cheaper = this.failures.filter((failure) => costOf(failure) < cost(what.rung));
    this.failures = [...cheaper, { what, waitMs, atMs: nowMs, untilMs }];
  }

  /** Takes that a rung has been held for PROVED_MS. */
  proved(rung: Rung): void {
    this.failures = this.failures
      .map((failure) =>
        costOf(failure) <= cost(rung) ? { ...failure, waitMs: failure.waitMs / 2 } : failure,
      )
      .filter((failure) => failure.waitMs >= FIRST_WAIT_MS || costOf(failure) > cost(rung));
  }

  /**
   * Takes how many bytes a second came over the link without any missing: what failed on a link that carried
   * clearly less is forgotten.
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
