// What the frames that arrive say about a rung. In: rates and the time that they were seen for. Out: a
// judgement. Pure. What follows from it is the controller's.

/**
 * Shortest time over which a rate is judged, ms: right after a step one late frame would look like a slow
 * link.
 */
const JUDGE_AFTER_MS = 2_000;

/**
 * Shortest time over which a rate is judged that is high enough, ms: that every frame arrives is seen sooner.
 */
const JUDGE_ENOUGH_MS = 700;

/** Shortest time over which a rate is judged that is far too low, ms. */
const JUDGE_SOON_MS = 1_000;

/** A rate is far too low below this share of what is too few already. */
const FAR_TOO_FEW = 0.6;

/** Frames a second that arrive, and what is too few of them. */
export interface Rate {
  readonly fps: number;
  readonly least: number;
}

/** Frames a second that arrive over the whole window and of late, and what is too few of them. */
export interface Rates extends Rate {
  readonly latest: number;
}

/**
 * What rates say about a rung. Measuring: they were not seen for long enough. Enough: all frames arrive. Far
 * too few: so few arrive of late.
 */
export type Judgement = 'measuring' | 'enough' | 'in_band' | 'too_few' | 'far_too_few';

/** Whether a rate that is too low is not far too low. */
export function isNearlyEnough({ fps, least }: Rate): boolean {
  return fps >= least * FAR_TOO_FEW;
}

/** Judges rates that were seen for `spanMs` at a rung; above `enough` there is room for more. */
export function judge({ fps, latest, least }: Rates, enough: number, spanMs: number): Judgement {
  if (spanMs < JUDGE_ENOUGH_MS) return 'measuring';
  if (fps > enough && latest > enough) return 'enough';
  if (spanMs < JUDGE_SOON_MS) return 'measuring';
  if (latest < least * FAR_TOO_FEW) return 'far_too_few';
  if (spanMs < JUDGE_AFTER_MS) return 'measuring';
  // What was bad and is not any more is over.
  return fps < least && latest < least ? 'too_few' : 'in_band';
}
