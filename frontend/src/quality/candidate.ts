// A rung that may be stepped up to. In: what it is predicted to take and what the link carries. Out: whether
// and how soon it may be tried. Pure. Which rung that is does not belong here.
import type { Rung } from '../protocol/protocol';
import type { Rates } from './judgement';

/** Shortest time from a step to a step up, ms. */
const UP_EVERY_MS = 1_000;

/** Shortest time from a step to a step up that may be too much, ms. */
const TRY_AFTER_MS = 2_000;

/** Largest share of what the link carries that a rung's predicted bytes may take on the way up. */
const UP_FITS = 0.85;

/**
 * A link that lets less than this share of the camera's frames through is full, and what it carries is known
 * exactly.
 */
const FULL = 0.97;

/** A rung that may be stepped up to. */
export interface Candidate {
  readonly rung: Rung;
  /** Bytes a second that it is predicted to take. */
  readonly needed: number;
  /** Bytes a second that the link carries at least. */
  readonly capacity: number;
}

/** Whether a rung fits for all that is known; if not, it can only be tried. */
export function fits({ needed, capacity }: Candidate): boolean {
  return needed <= UP_FITS * capacity;
}

/** Whether the link is full and carries too little for a rung. `highest` is the camera's rate. */
export function hasNoRoom({ needed, capacity }: Candidate, rates: Rates, highest: number): boolean {
  return needed > capacity && Math.min(rates.latest, rates.fps) < FULL * highest;
}

/** How long the rung below must have been held, ms. */
export function patientMs(candidate: Candidate): number {
  return fits(candidate) ? UP_EVERY_MS : TRY_AFTER_MS;
}
