// Where points of lines and zones go. In: points of the frame as fractions of it, places of the pointer,
// keys. Out: points, never beyond the frame. Pure; no markup and no events.
import { inwardOf, type Size, type Spot } from '../overlay/geometry';
import type { Point } from '../protocol/places';

/** Steps of the arrow keys, as shares of the frame. */
const STEP = 0.01;
const LARGE_STEP = 0.05;

/** Parts of the frame's width that a point is told in: a fifth of a pixel of the widest picture. */
const PARTS = 20_000;

/** Distance from the middle of a line at which its arrow ends, px. */
const ARROW_PX = 30;
/** Distance at which the word on it stands, px. */
const WORD_PX = 42;

/** Distance of a name from what it names, px. */
const NAME_PX = 14;

/** Distance of two places on the page up to which they are one, px: as large as what a finger hits. */
export const NEAR_PX = 14;

/** The nearest point that lies in the frame, in as many digits as matter. */
export function inFrame({ x, y }: Point): Point {
  const part = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * PARTS) / PARTS;
  return { x: part(x), y: part(y) };
}

/** Point of the frame under the pointer; `frame` is where the frame stands in the window. */
export function pointAt(
  pointer: { clientX: number; clientY: number },
  frame: { left: number; top: number; width: number; height: number },
): Point {
  const share = (at: number, from: number, length: number) => (length > 0 ? (at - from) / length : 0);
  return {
    x: share(pointer.clientX, frame.left, frame.width),
    y: share(pointer.clientY, frame.top, frame.height),
  };
}

export function between(from: Point, to: Point): Point {
  return { x: to.x - from.x, y: to.y - from.y };
}

export function plus(point: Point, by: Point): Point {
  return { x: point.x + by.x, y: point.y + by.y };
}

/** Points that are moved together, as far as all of them stay in the frame. */
export function shifted(points: readonly Point[], by: Point): Point[] {
  const room = (values: number[], wanted: number) =>
    Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), wanted));
  const [x, y] = [
    room(
      points.map((each) => each.x),
      by.x,
    ),
    room(
      points.map((each) => each.y),
      by.y,
    ),
  ];
  return points.map((point) => inFrame(plus(point, { x, y })));
}

export function middleOf(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

/** How far a key moves; undefined for a key that moves nothing. */
export function moveOf(key: string, isLarge: boolean): Point | undefined {
  const step = isLarge ? LARGE_STEP : STEP;
  switch (key) {
    case 'ArrowLeft':
      return { x: -step, y: 0 };
    case 'ArrowRight':
      return { x: step, y: 0 };
    case 'ArrowUp':
      return { x: 0, y: -step };
    case 'ArrowDown':
      return { x: 0, y: step };
    default:
      return undefined;
  }
}

/** Place on the page of a point. */
export function spotOf({ x, y }: Point, size: Size): Spot {
  return { x: x * size.width, y: y * size.height };
}

export function isNear(one: Point, other: Point, size: Size): boolean {
  const by = spotOf(between(one, other), size);
  return Math.hypot(by.x, by.y) <= NEAR_PX;
}

/** Arrow from the middle of a line to where `inbound` goes, on the page, with a place for a word on it. */
export interface Arrow {
  from: Spot;
  to: Spot;
  word: Spot;
}

export function arrowOf(from: Point, to: Point, size: Size): Arrow {
  const middle = spotOf(middleOf(from, to), size);
  const inward = inwardOf(spotOf(from, size), spotOf(to, size));
  const beyond = (px: number) => ({ x: middle.x + inward.x * px, y: middle.y + inward.y * px });
  return { from: middle, to: beyond(ARROW_PX), word: beyond(WORD_PX) };
}

/** Where a name begins: beside the leftmost end of a line, within the upper left corner of a zone. */
export function nameSpot(kind: 'line' | 'zone', points: readonly Point[], size: Size): Spot {
  const spots = points.map((point) => spotOf(point, size));
  const rank = ({ x, y }: Spot) => (kind === 'line' ? x : x + y);
  const first = spots.toSorted((one, other) => rank(one) - rank(other))[0] ?? { x: 0, y: 0 };
  const by = kind === 'line' ? { x: NAME_PX, y: -NAME_PX } : { x: NAME_PX, y: 1.4 * NAME_PX };
  // Not above the picture.
  return { x: first.x + by.x, y: Math.max(NAME_PX, first.y + by.y) };
}
