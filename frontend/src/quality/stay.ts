// The time at one rung. In: the time, and how the rate is. Out: whether it has been slow for too long,
// whether the rung has proved itself, whether it is on trial. Pure but for its own memory. What follows is
// the controller's.
import type { Rung } from '../protocol/protocol';
import { PROVED_MS } from './patience';
import { SLOW_ON_TRIAL_MS, type Trial } from './trial';

/**
 * Longest time for which a rate may be a little too low, ms: senders let their queues empty for a fifth of a
 * second now and then to measure the way (BBR, each ten seconds), which a rate over a second remembers for a
 * second.
 */
const SLOW_FOR_MS = 1_400;

/** A viewer's stay at a rung. Begins without a trial: nobody doubts that the rung fits. */
export class Stay {
  /** When the rung last proved itself, or was reached. */
  private provedMs: number;
  /** Since when the rate has been a little too low. */
  private slowSinceMs: number | undefined;
  /** The trial of a rung that was reached without knowing whether it fits. */
  trial: Trial | undefined;

  /** @param reachedMs when the rung was reached, or the last pause there ended */
  constructor(public reachedMs: number) {
    this.provedMs = reachedMs;
  }

  /** Begins to be judged anew after a pause. A trial goes on. */
  resume(nowMs: number): void {
    this.reachedMs = this.provedMs = nowMs;
    this.slowSinceMs = undefined;
  }

  /** Where the rung was tried from, while it is on trial. */
  triedFrom(nowMs: number): Rung | undefined {
    return this.trial?.from(nowMs);
  }

  /** Takes that the rate is a little too low; true once it has been so for too long. */
  ratherSlow(nowMs: number): boolean {
    this.slowSinceMs ??= nowMs;
    const patientMs = this.triedFrom(nowMs) === undefined ? SLOW_FOR_MS : SLOW_ON_TRIAL_MS;
    return nowMs - this.slowSinceMs >= patientMs;
  }

  /** Takes that the rate is not too low. */
  well(): void {
    this.slowSinceMs = undefined;
  }

  /** Takes that the rung is held; true each time that it has proved itself again. */
  held(nowMs: number): boolean {
    const proved = nowMs - this.provedMs >= PROVED_MS;
    if (proved) this.provedMs = nowMs;
    return proved;
  }
}
