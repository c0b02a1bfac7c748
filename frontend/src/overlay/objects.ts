// Objects on the stage: their boxes where they are now, the ways that they came, and how certain that looks.
// In: the objects of a result with its age, and the painted frame. Out: places in the page's pixels, and a
// look that says how old they are. Pure; which layers are wanted is decided in scene.ts.
import type { TrackedObject } from '../protocol/analytics';
import type { Aged } from '../results/timeline';
import { classColour } from './colours';
import { boxAfter, boxOnStage, type Rect, type Size, type Spot } from './geometry';
import type { BoxOnStage } from './labels';
import { trailOnStage } from './trails';

/**
 * Age up to which a velocity says where an object is, µs: a person may stop or turn, so that it says little
 * about more than half a second. Older boxes are late.
 */
export const FRESH_US = 500_000;
/** Age from which on boxes are dashed and their age is written on the picture, µs. */
const OLD_US = 1_000_000;
/** Opacity of boxes from that age on. */
const OLD_COVER = 0.75;

/** Look of what comes from one result. */
export interface Look {
  /** Opacity, 0 to 1. */
  cover: number;
  /** Age in seconds, once boxes are dashed for it. */
  oldS: number | undefined;
}

export interface TrailOnStage {
  /** Pieces of the way, oldest first. */
  pieces: Spot[][];
  colour: string;
}

export interface ObjectsOnStage {
  boxes: BoxOnStage[];
  trails: TrailOnStage[];
  look: Look;
}

/** Nothing, which is as new as can be. */
const NONE: ObjectsOnStage = { boxes: [], trails: [], look: { cover: 1, oldS: undefined } };

export function placeObjects(
  objects: Aged<readonly TrackedObject[]> | undefined,
  frame: Size,
  picture: Rect,
): ObjectsOnStage {
  if (objects === undefined) return NONE;
  const shiftUs = shiftOf(objects);
  const placed: ObjectsOnStage = { boxes: [], trails: [], look: lookAt(objects.ageUs) };
  for (const object of objects.value) {
    const box = boxAfter(object, shiftUs);
    const rect = boxOnStage(box, frame, picture);
    if (rect === undefined) continue;
    const colour = classColour(object.class);
    placed.boxes.push({ object, rect, colour });
    const pieces = trailOnStage(object, { box, shiftUs }, frame, picture);
    if (pieces.length > 0) placed.trails.push({ pieces, colour });
  }
  return placed;
}

/**
 * Time by which boxes are moved on from the frame in which they were seen, µs. A result that came in time
 * and has grown old since stays where it was moved last; one that came late is shown where it is true.
 */
function shiftOf({ ageUs, delayUs }: Aged<unknown>): number {
  if (ageUs < FRESH_US) return ageUs;
  return delayUs < FRESH_US ? FRESH_US : 0;
}

/** Look by age: a box that is late for a moment pales a little and is back at once, without blinking. */
function lookAt(ageUs: number): Look {
  const age = Math.min(1, Math.max(0, (ageUs - FRESH_US) / (OLD_US - FRESH_US)));
  return { cover: 1 - age * (1 - OLD_COVER), oldS: ageUs < OLD_US ? undefined : ageUs / 1_000_000 };
}
