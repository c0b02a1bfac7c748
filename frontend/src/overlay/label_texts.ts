// What a label says. In: an object. Out: text, longer or shorter. Pure; which of them there is room for is
// decided in labels.ts.
import type { TrackedObject } from '../protocol/analytics';
import { isVehicle } from './colours';

/** Slower than anybody walks: a box that trembles around somebody who stands. */
const STANDING_KMH = 0.5;

export function fullText({ trackId, class: name, speedKmh }: TrackedObject): string {
  return [`#${trackId}`, name, ...(speedKmh === undefined ? [] : [speedText(speedKmh)])].join(' ');
}

/**
 * In a crowd a vehicle is told by its speed; a person by the number, since all walk alike. The colour tells
 * the class.
 */
export function shortText({ trackId, class: name, speedKmh }: TrackedObject): string {
  return isVehicle(name) && speedKmh !== undefined ? speedText(speedKmh) : `#${trackId}`;
}

/**
 * In a crowd, for those who move and have room around them; undefined where it would say no more than the
 * short one.
 */
export function roomyText({ trackId, speedKmh }: TrackedObject): string | undefined {
  return speedKmh === undefined || speedKmh < STANDING_KMH ? undefined : `#${trackId} ${speedText(speedKmh)}`;
}

function speedText(speedKmh: number): string {
  return `${speedKmh.toFixed(speedKmh < 9.95 ? 1 : 0)} km/h`;
}
