// A line or a zone while it is being drawn. In: where the pointer is pressed and let go. Out: the points so
// far, and the finished ones: a line is dragged, or has two clicks; a zone has a click a corner, and one on
// the first of them closes it. Pure.
import type { Size } from '../overlay/geometry';
import type { Point } from '../protocol/places';
import { inFrame, isNear } from './geometry';
import { type Kind, LEAST } from './sketch';

export interface Drawing {
  kind: Kind;
  points: readonly Point[];
  /** Whether these are all. */
  done: boolean;
}

export function beginDrawing(kind: Kind): Drawing {
  return { kind, points: [], done: false };
}

/** The pointer is pressed at a point. */
export function pressed(drawing: Drawing, at: Point, size: Size): Drawing {
  const { kind, points } = drawing;
  const [first, last] = [points[0], points.at(-1)];
  const isEnough = points.length >= LEAST[kind];
  if (kind === 'zone' && isEnough && first !== undefined && isNear(first, at, size))
    return { ...drawing, done: true };
  // A double click is no second point.
  if (last !== undefined && isNear(last, at, size)) return drawing;
  const more = [...points, inFrame(at)];
  return { ...drawing, points: more, done: kind === 'line' && more.length === LEAST.line };
}

/** The pointer is let go: a line that was dragged ends here. */
export function released(drawing: Drawing, at: Point, size: Size): Drawing {
  const [first] = drawing.points;
  if (drawing.kind === 'zone' || first === undefined || isNear(first, at, size)) return drawing;
  return pressed(drawing, at, size);
}

/** The drawing without its last point; undefined where there is none. */
export function stepBack(drawing: Drawing): Drawing | undefined {
  return drawing.points.length === 0 ? undefined : { ...drawing, points: drawing.points.slice(0, -1) };
}

/** The points that are there, where they are enough. */
export function enough({ kind, points }: Drawing): readonly Point[] | undefined {
  return points.length >= LEAST[kind] ? points : undefined;
}
