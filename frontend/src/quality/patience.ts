// How long to stay away from a level that was too much. In: levels left, levels held, and the time. Out: when each level may
// be tried again. Pure: time is passed in. Which level to be at does not belong here.

/** A level that has to be left this soon after it was reached could not be held: it has failed. */
const FAILED_WITHIN_MS = 10_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 120_000;
/** A level held this long has proved itself, and all below it; their waits are halved, and again after the same time. */
export const PROVED_MS = 20_000;

interface Trial {
  /** The wait after the last failure; the next failure doubles it. */
  readonly waitMs: number;
  readonly notBeforeMs: number;
}

/** One entry for each level that has failed and not been redeemed since. */
export type Patience = ReadonlyMap<number, Trial>;

export const noFailures: Patience = new Map();

/** Stepping down from a level that was reached at `reachedMs`. */
export function left(patience: Patience, level: number, reachedMs: number, nowMs: number): Patience {
  return nowMs - reachedMs <= FAILED_WITHIN_MS ? failed(patience, level, nowMs) : patience;
}

/** The level was too much, or the server does not give it now. */
export function failed(patience: Patience, level: number, nowMs: number): Patience {
  const before = patience.get(level)?.waitMs;
  const waitMs = before === undefined ? FIRST_WAIT_MS : Math.min(before * 2, LONGEST_WAIT_MS);
  return new Map(patience).set(level, { waitMs, notBeforeMs: nowMs + waitMs });
}

/** The level has been held for PROVED_MS. */
export function proved(patience: Patience, level: number): Patience {
  const redeemed = [...patience].map(([each, trial]): [number, Trial] =>
    each <= level ? [each, { ...trial, waitMs: trial.waitMs / 2 }] : [each, trial],
  );
  return new Map(redeemed.filter(([, { waitMs }]) => waitMs >= FIRST_WAIT_MS));
}

/** Milliseconds until the level may be tried; zero if it may be now. */
export function waitFor(patience: Patience, level: number, nowMs: number): number {
  return Math.max(0, (patience.get(level)?.notBeforeMs ?? 0) - nowMs);
}
