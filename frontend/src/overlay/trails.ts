// The way that an object came, as a line that fades. In: an object with the places where it stood, and its
// box as it is drawn now. Out: pieces of the line in the page's pixels, oldest first, of which each is drawn
// stronger than the one before. Pure; colours and strokes do not belong here.
import type { Box, TrackedObject } from '../protocol/analytics';
import type { Pair } from '../protocol/check';
import { pixelOnStage, type Rect, type Size, type Spot } from './geometry';

/** Number of pieces, and so of strengths: fewer would be seen as steps, each costs a stroke. */
export const TRAIL_PIECES = 6;
/** Least time between two places of a trail, µs: the server notes one each quarter of a second at most. */
const NOTED_EVERY_US = 250_000;
/** Length below which a trail is not drawn, in the page's pixels: somebody who stands has a blot, no way. */
const LEAST_LENGTH = 3;

/**
 * Pieces of an object's trail, up to the foot of its `box` as that is drawn; none for who has not moved. The
 * strength goes by length, not by place: when the server leaves out the oldest place, the others look as
 * before.
 *
 * @param shiftUs time by which the box was moved from the frame in which it was seen
 */
export function trailOnStage(
  object: TrackedObject,
  { box, shiftUs }: { box: Box; shiftUs: number },
  frame: Size,
  picture: Rect,
): Spot[][] {
  const foot = { x: (box.x1 + box.x2) / 2, y: box.y2 };
  const way = [...placesBefore(foot, object, shiftUs), foot];
  return cut(way.map((place) => pixelOnStage(place, frame, picture)));
}

/**
 * Places of the trail that lie behind the foot. In a picture older than the result the last ones are still
 * to come, and the line must not run ahead of its box and back.
 */
function placesBefore(foot: Pair, { trail, velocity }: TrackedObject, shiftUs: number): readonly Pair[] {
  const isAhead = ({ x, y }: Pair) => (x - foot.x) * velocity.x + (y - foot.y) * velocity.y > 0;
  let mayGo = Math.ceil(Math.max(0, -shiftUs) / NOTED_EVERY_US);
  let end = trail.length;
  for (let last = trail[end - 1]; mayGo > 0 && last !== undefined && isAhead(last); last = trail[end - 1]) {
    mayGo--;
    end--;
  }
  return trail.slice(0, end);
}

/** Cuts a line into pieces of one length. */
function cut(spots: readonly Spot[]): Spot[][] {
  const lengths = [0];
  for (const [i, spot] of spots.slice(1).entries())
    lengths.push((lengths[i] ?? 0) + distance(spots[i] ?? spot, spot));
  const total = lengths.at(-1) ?? 0;
  if (total < LEAST_LENGTH) return [];
  const share = total / TRAIL_PIECES;
  return Array.from({ length: TRAIL_PIECES }, (_, piece) => {
    const [from, to] = [piece * share, (piece + 1) * share];
    const inside = spots.filter((__, i) => (lengths[i] ?? 0) > from && (lengths[i] ?? 0) < to);
    return [along(spots, lengths, from), ...inside, along(spots, lengths, to)];
  });
}

/** Point of a line that lies so far along it. */
function along(spots: readonly Spot[], lengths: readonly number[], at: number): Spot {
  const next = Math.max(
    1,
    lengths.findIndex((length) => length >= at),
  );
  const [from, to] = [spots[next - 1], spots[next]];
  const last = spots.at(-1) ?? { x: 0, y: 0 };
  if (from === undefined || to === undefined) return last;
  const [start, end] = [lengths[next - 1] ?? 0, lengths[next] ?? 0];
  const share = end > start ? (at - start) / (end - start) : 0;
  return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
}

function distance(a: Spot, b: Spot): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}
