// Lines and zones, as `hello` tells of them. In: the fields of one. Out: typed values, checked, or a thrown
// `Malformed` that the parser in protocol.ts catches. What was counted there is read in counts.ts.
import { amount, count, type Fields, optional, type Pair, pair, pairs, text, texts } from './check';

/** Parts of a box that may stand for the whole of it where a line is crossed. */
const ANCHORS = ['foot', 'middle', 'top', 'left', 'right'] as const;

/** A point of the frame, in fractions of its width and height from its upper left corner. */
export type Point = Pair;

/** Part of a box that crosses a line; `unknown` stands for whatever a later server may say. */
export type Anchor = (typeof ANCHORS)[number] | 'unknown';

/** A line across which people and vehicles are counted. */
export interface Line {
  id: string;
  from: Point;
  to: Point;
  at: Anchor;
  /** Classes that are counted on it; none stand for those that usually count. */
  classes: readonly string[];
}

/** An area in which people and vehicles are counted: a polygon. */
export interface Zone {
  id: string;
  points: readonly Point[];
  /** Seconds in it after which somebody loiters; undefined where nobody does. */
  loiterS: number | undefined;
  /** Number of tracks above which it is said that more are in it; undefined where that is no matter. */
  above?: number | undefined;
}

export function readLine(fields: Fields): Line {
  return {
    id: text(fields, 'id'),
    from: pair(fields['from'], 'from'),
    to: pair(fields['to'], 'to'),
    at: readAnchor(optional(fields, 'at', text) ?? 'foot'),
    classes: optional(fields, 'classes', texts) ?? [],
  };
}

function readAnchor(word: string): Anchor {
  return ANCHORS.find((anchor) => anchor === word) ?? 'unknown';
}

export function readZone(fields: Fields): Zone {
  return {
    id: text(fields, 'id'),
    points: pairs(fields, 'points'),
    loiterS: optional(fields, 'loiter_s', amount),
    above: optional(fields, 'above', count),
  };
}
