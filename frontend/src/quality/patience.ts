// How long to stay away from a rung that was too much. In: rungs left and rungs held. Out: when each may be tried again. Pure but
// for its own memory. Which rung to be at does not belong here.
import type { Rung } from '../protocol/protocol';
import { cost } from './rungs';

/** A rung that has to be left this soon after it was reached could not be held: it has failed. */
const FAILED_WITHIN_MS = 10_000;

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 240_000;

/** A rung held this long has proved itself, and all that cost less; their waits are halved, and again after the same time. */
export const PROVED_MS = 20_000;

/** Viewers that share a link must not try together: up to this share is added to the waits of one. */
const JITTER = 0.3;

/** Of what the link carried when a rung failed, this share is safe. */
const SAFE = 0.9;

/** A link that carries this much more than it did is another one. */
const FASTER = 1.25;

interface Failure {
  readonly rung: Rung;
  /** The wait after the last failure; the next one doubles it. */
  readonly waitMs: number;
  readonly atMs: number;
  readonly untilMs: number;
  /** What the link carried then, bytes a second. */
  readonly capacity: number | undefined;
}

export class Patience {
  /** The rungs that have failed and not been redeemed since. */
  private failures: readonly Failure[] = [];

  /** @param jitter this viewer's own, 0 to 1; it should differ from viewer to viewer */
  constructor(private readonly jitter: number) {}

  /** A rung that was reached at `reachedMs` was too much for a link that carried `capacity` bytes a second. */
  left(rung: Rung, reachedMs: number, capacity: number | undefined, nowMs: number): void {
    // A rung that was only passed on the way down from another has not failed by itself. But by now it is known better what the
    // link carries.
    const above = this.failures.findIndex((failure) => failure.atMs === reachedMs && cost(failure.rung) > cost(rung));
    const failure = this.failures[above];
    if (failure !== undefined) {
      const both = failure.capacity !== undefined && capacity !== undefined;
      const least = both ? Math.min(failure.capacity, capacity) : failure.capacity;
      this.failures = this.failures.with(above, { ...failure, atMs: nowMs, capacity: least });
    } else if (nowMs - reachedMs <= FAILED_WITHIN_MS) {
      this.failed(rung, capacity, nowMs);
    }
  }

  /** The rung was too much, or the server does not give it now. */
  failed(rung: Rung, capacity: number | undefined, nowMs: number): void {
    // A dearer rung that failed before was a failure of this one too: the link got no better since. On one way down each is
    // not another failure.
    const dearer = this.failures.filter((failure) => cost(failure.rung) >= cost(rung));
    const waits = dearer.map((failure) => failure.waitMs * (nowMs - failure.atMs <= FAILED_WITHIN_MS ? 1 : 2));
    const waitMs = Math.min(Math.max(FIRST_WAIT_MS, ...waits), LONGEST_WAIT_MS);
    const untilMs = nowMs + waitMs * (1 + JITTER * this.jitter);
    const cheaper = this.failures.filter((failure) => cost(failure.rung) < cost(rung));
    this.failures = [...cheaper, { rung, waitMs, atMs: nowMs, untilMs, capacity }];
  }

  /** The rung has been held for PROVED_MS. */
  proved(rung: Rung): void {
    this.failures = this.failures
      .map((failure) => (cost(failure.rung) <= cost(rung) ? { ...failure, waitMs: failure.waitMs / 2 } : failure))
      .filter((failure) => failure.waitMs >= FIRST_WAIT_MS || cost(failure.rung) > cost(rung));
  }

  /** Milliseconds until a rung that needs `needed` bytes a second may be tried on a link that carries `capacity`; zero if it may
   * be now. */
  waitMs(rung: Rung, needed: number, capacity: number, nowMs: number): number {
    const concerned = ({ rung: failed, capacity: then }: Failure): boolean => {
      if (then === undefined) return cost(rung) >= cost(failed);
      // The link is a faster one now.
      if (capacity > FASTER * then && needed <= SAFE * capacity) return false;
      return cost(rung) >= cost(failed) || needed > SAFE * then;
    };
    return Math.max(0, ...this.failures.filter(concerned).map((failure) => failure.untilMs - nowMs));
  }
}
