// Lines and zones as they are drawn. In: what a camera's description has of them, and changes by hand. Out:
// a new sketch each time, and what of it is to be told to the server. Pure. What a line or a zone has besides
// (classes, times) is kept as it came.
import type { FieldOf } from '../api/told';
import { checked, type Fields, pair, pairs, text } from '../protocol/check';
import type { Point } from '../protocol/places';
import { between, inFrame, middleOf, plus, shifted } from './geometry';

export type Kind = 'line' | 'zone';

/** A line, which has two points, or a zone, which has three or more. */
export interface Place {
  /** Number by which the page knows it, whatever it is called. */
  key: number;
  kind: Kind;
  id: string;
  points: readonly Point[];
  /** Whatever else the server tells of it. */
  more: Fields;
}

export type Sketch = readonly Place[];

/** Fewest points of each kind. */
export const LEAST: Readonly<Record<Kind, number>> = { line: 2, zone: 3 };

/** Most letters of a name. */
export const MOST_LETTERS = 40;

const [ID, FROM, TO] = ['id', 'from', 'to'] as const satisfies readonly FieldOf<'Line'>[];
const POINTS: FieldOf<'Zone'> = 'points';

/** Lines and zones as the server tells them. */
export interface Told {
  lines: readonly Fields[];
  zones: readonly Fields[];
}

/** Sketch of what a camera has; a place that makes no sense is left out. */
export function sketchOf({ lines, zones }: Told): Sketch {
  return [
    ...lines.map((line) => ['line', line, pointsOf('line', line)] as const),
    ...zones.map((zone) => ['zone', zone, pointsOf('zone', zone)] as const),
  ].flatMap(([kind, more, points], key) => {
    const id = idOf(more);
    return id === undefined || points === undefined ? [] : [{ key, kind, id, points, more }];
  });
}

/** What a camera has and a sketch leaves out; a save keeps it as it is. */
export function unreadOf({ lines, zones }: Told): Told {
  const isUnread = (kind: Kind) => (fields: Fields) =>
    idOf(fields) === undefined || pointsOf(kind, fields) === undefined;
  return { lines: lines.filter(isUnread('line')), zones: zones.filter(isUnread('zone')) };
}

function idOf(fields: Fields): string | undefined {
  return checked(fields, (place) => text(place, ID));
}

function pointsOf(kind: Kind, fields: Fields): Point[] | undefined {
  const ends = (line: Fields) => [pair(line[FROM], FROM), pair(line[TO], TO)];
  const corners = (zone: Fields) => pairs(zone, POINTS);
  return checked(fields, kind === 'line' ? ends : corners);
}

const NOTHING: Told = { lines: [], zones: [] };

/** What of a sketch differs from another one, as the server takes it, with what no sketch has. */
export function changeOf(
  before: Sketch,
  now: Sketch,
  unread = NOTHING,
): { lines?: Fields[]; zones?: Fields[] } {
  const [old, fresh] = [toldOf(before), toldOf(now)];
  const differs = (kind: 'lines' | 'zones') => JSON.stringify(old[kind]) !== JSON.stringify(fresh[kind]);
  return {
    ...(differs('lines') && { lines: [...fresh.lines, ...unread.lines] }),
    ...(differs('zones') && { zones: [...fresh.zones, ...unread.zones] }),
  };
}

/** Whether two sketches are one, but for what numbers lose on their way to a file and back. */
export function isSameSketch(one: Sketch, other: Sketch): boolean {
  const rounded = (share: number) => Number(share.toFixed(4));
  const settled = (sketch: Sketch) =>
    sketch.map((place) => ({
      ...place,
      points: place.points.map(({ x, y }) => ({ x: rounded(x), y: rounded(y) })),
    }));
  return Object.keys(changeOf(settled(one), settled(other))).length === 0;
}

function toldOf(sketch: Sketch): { lines: Fields[]; zones: Fields[] } {
  const xy = (point: Point | undefined) => [point?.x, point?.y];
  const of = (kind: Kind) => sketch.filter((place) => place.kind === kind);
  return {
    lines: of('line').map(({ id, points: [from, to], more }) => ({
      ...more,
      [ID]: id,
      [FROM]: xy(from),
      [TO]: xy(to),
    })),
    zones: of('zone').map(({ id, points, more }) => ({ ...more, [ID]: id, [POINTS]: points.map(xy) })),
  };
}

/** The sketch with one more place, which has a name of its own. */
export function withPlace(sketch: Sketch, kind: Kind, points: readonly Point[]): Sketch {
  const key = Math.max(-1, ...sketch.map((place) => place.key)) + 1;
  return [...sketch, { key, kind, id: freeName(sketch, kind), points: points.map(inFrame), more: {} }];
}

function freeName(sketch: Sketch, kind: Kind): string {
  for (let n = 1; ; n++) {
    const name = `${kind}-${n}`;
    if (!sketch.some(({ id }) => id === name)) return name;
  }
}

/** Points of a place that nobody draws by hand: across the middle, beside others that began likewise. */
export function usualPoints(kind: Kind, others: number): Point[] {
  const usual =
    kind === 'line'
      ? [
          { x: 0.3, y: 0.6 },
          { x: 0.7, y: 0.6 },
        ]
      : [
          { x: 0.35, y: 0.4 },
          { x: 0.65, y: 0.4 },
          { x: 0.65, y: 0.75 },
          { x: 0.35, y: 0.75 },
        ];
  const beside = 0.04 * (others % 6);
  return shifted(usual, { x: beside, y: beside });
}

export function without(sketch: Sketch, key: number): Sketch {
  return sketch.filter((place) => place.key !== key);
}

export function renamed(sketch: Sketch, key: number, id: string): Sketch {
  return changed(sketch, key, (place) => ({ ...place, id }));
}

/** The line the other way round: what went in goes out. */
export function swapped(sketch: Sketch, key: number): Sketch {
  return changed(sketch, key, (place) => ({ ...place, points: place.points.toReversed() }));
}

/** A point moved, or all of them where none is named. */
export function moved(sketch: Sketch, key: number, index: number | undefined, by: Point): Sketch {
  const move = (points: readonly Point[]) =>
    index === undefined
      ? shifted(points, by)
      : points.map((point, n) => (n === index ? inFrame(plus(point, by)) : point));
  return changed(sketch, key, (place) => ({ ...place, points: move(place.points) }));
}

/** One more corner in the middle of the edge that begins at a corner. */
export function withCorner(sketch: Sketch, key: number, index: number): Sketch {
  return changed(sketch, key, (place) => {
    const [one, other] = [place.points[index], place.points[(index + 1) % place.points.length]];
    if (one === undefined || other === undefined) return place;
    return { ...place, points: place.points.toSpliced(index + 1, 0, inFrame(middleOf(one, other))) };
  });
}

/** The sketch without a point, or without the whole place where too few would be left of it. */
export function withoutPoint(sketch: Sketch, key: number, index: number): Sketch {
  const place = sketch.find((each) => each.key === key);
  if (place === undefined || place.points.length <= LEAST[place.kind]) return without(sketch, key);
  return changed(sketch, key, (each) => ({ ...each, points: each.points.toSpliced(index, 1) }));
}

function changed(sketch: Sketch, key: number, change: (place: Place) => Place): Sketch {
  return sketch.map((place) => (place.key === key ? change(place) : place));
}

/** Whether two points are one. */
export function isSame(one: Point, other: Point): boolean {
  const { x, y } = between(one, other);
  return x === 0 && y === 0;
}
