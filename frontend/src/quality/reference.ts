// What frame rate to expect. In: the capture rates that the server measured. Out: the two thresholds between which a level
// is held. Pure. A camera that gives 25 FPS must not drive its viewers to the lowest level.
import { WINDOW_MS } from './window';

/** The capture rate that the thresholds of 28 and 32 FPS were made for, assumed until the server has measured one. */
export const DESIGN_FPS = 34;
const DOWN_FPS = 28;
const UP_FPS = 32;
/** Below this the camera gives stills, and a frame rate says nothing about the link. */
const STILLS_FPS = 1;

export interface CaptureRate {
  readonly atMs: number;
  readonly fps: number;
}

export interface Thresholds {
  down: number;
  up: number;
}

/** Adds a measurement and forgets those that no frame in the window can still stem from. */
export function addRate(rates: readonly CaptureRate[], fps: number, nowMs: number): CaptureRate[] {
  return [...rates.filter((rate) => nowMs - rate.atMs <= WINDOW_MS), { atMs: nowMs, fps }];
}

/**
 * The frames in the window may stem from before and after a change of the capture rate. So the lowest recent rate decides
 * what is too few, the highest what is enough: a camera that slows down or speeds up is no reason to step.
 */
export function thresholds(rates: readonly CaptureRate[]): Thresholds | undefined {
  const measured = rates.length > 0 ? rates.map((rate) => rate.fps) : [DESIGN_FPS];
  const lowest = Math.min(...measured);
  if (lowest < STILLS_FPS) return undefined;
  return { down: (DOWN_FPS / DESIGN_FPS) * lowest, up: (UP_FPS / DESIGN_FPS) * Math.max(...measured) };
}
