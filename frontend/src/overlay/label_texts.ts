// The text of a label. In: an object. Out: text, longer or shorter. Pure; which of them there is room for is
// decided in labels.ts.
import type { TrackedObject } from '../protocol/analytics';
import { kindOf } from '../results/classes';

/** Speed below which somebody stands, km/h: slower than anybody walks, a box only trembles. */
const STANDING_KMH = 0.5;

export function fullText({ trackId, class: name, speedKmh }: TrackedObject): string {
  return [`#${trackId}`, name, ...(speedKmh === undefined ? [] : [speedText(speedKmh)])].join(' ');
}

/**
 * Short text for a crowd: the speed of a vehicle; the number of anybody else, since all walk alike. The
 * colour tells the class.
 */
export function shortText({ trackId, class: name, speedKmh }: TrackedObject): string {
  return kindOf(name) === 'vehicles' && speedKmh !== undefined ? speedText(speedKmh) : `#${trackId}`;
}

/**
 * Longer text for a crowd, for those who move and have room around them; undefined where it would say no more
 * than the short one.
 */
export function roomyText({ trackId, speedKmh }: TrackedObject): string | undefined {
  return speedKmh === undefined || speedKmh < STANDING_KMH ? undefined : `#${trackId} ${speedText(speedKmh)}`;
}

function speedText(speedKmh: number): string {
  return `${speedKmh.toFixed(speedKmh < 9.95 ? 1 : 0)} km/h`;
}
