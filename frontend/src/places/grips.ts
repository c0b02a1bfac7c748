// What of a sketch can be taken hold of. In: a place, a point or an edge. Out: its name, as elements carry it,
// and the other way round; what the pointer does with it. Pure.
import type { Point } from '../protocol/places';
import { moved, type Sketch, withCorner } from './sketch';

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

/** A sketch after something of it was dragged; an edge that is dragged becomes a corner. */
export function dragged(sketch: Sketch, grip: Grip, by: Point): Sketch {
  if (grip.part === 'whole') return moved(sketch, grip.key, undefined, by);
  if (grip.part === 'point') return moved(sketch, grip.key, grip.index, by);
  return moved(withCorner(sketch, grip.key, grip.index), grip.key, grip.index + 1, by);
}
