// What of a sketch can be taken hold of. In: a place, a point or an edge. Out: its name, as elements carry
// it, and the other way round; what the pointer does with it. Pure.
import type { Size } from '../overlay/geometry';
import type { Point } from '../protocol/places';
import { isNear, middleOf } from './geometry';
import { moved, type Place, type Sketch, withCorner } from './sketch';

export type Grip =
  | { part: 'whole'; key: number }
  /** One point, or the edge that begins at it, which may have a corner more. */
  | { part: 'point' | 'edge'; key: number; index: number };

export function gripName(grip: Grip): string {
  return grip.part === 'whole' ? `whole-${grip.key}` : `${grip.part}-${grip.key}-${grip.index}`;
}

export function gripNamed(name: string | undefined): Grip | undefined {
  const [, part, key, index] = /^(whole|point|edge)-(\d+)(?:-(\d+))?$/.exec(name ?? '') ?? [];
  if (part === 'whole') return { part, key: Number(key) };
  if ((part !== 'point' && part !== 'edge') || index === undefined) return undefined;
  return { part, key: Number(key), index: Number(index) };
}

/**
 * The handle of the chosen place that is under the pointer. Told by where it is, and not by what is drawn
 * there: handles follow their place in the order of keys, so that others may be drawn over them.
 */
export function handleAt({ key, kind, points }: Place, at: Point, size: Size): Grip | undefined {
  const index = points.findIndex((point) => isNear(point, at, size));
  if (index >= 0) return { part: 'point', key, index };
  const isOn = (point: Point, n: number) =>
    isNear(middleOf(point, points[(n + 1) % points.length] ?? point), at, size);
  const edge = kind === 'zone' ? points.findIndex(isOn) : -1;
  return edge >= 0 ? { part: 'edge', key, index: edge } : undefined;
}

/** A sketch after something of it was dragged; an edge that is dragged becomes a corner. */
export function dragged(sketch: Sketch, grip: Grip, by: Point): Sketch {
  if (grip.part === 'whole') return moved(sketch, grip.key, undefined, by);
  if (grip.part === 'point') return moved(sketch, grip.key, grip.index, by);
  return moved(withCorner(sketch, grip.key, grip.index), grip.key, grip.index + 1, by);
}
