// Where things of the frame lie on the page. In: sizes, boxes and points of the frame. Out: rectangles and
// points in the page's pixels, measured from the stage's upper left corner. Pure; what is drawn there does
// not belong here.
import type { Box, Point, TrackedObject } from '../protocol/analytics';

export interface Size {
  width: number;
  height: number;
}

export interface Rect extends Size {
  x: number;
  y: number;
}

export interface Spot {
  x: number;
  y: number;
}

/**
 * Where a picture lies on the stage, by the rule of `object-fit: contain`: as large as fits, in the middle.
 */
export function containIn(stage: Size, picture: Size): Rect {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: (stage.width - width) / 2, y: (stage.height - height) / 2, width, height };
}

/**
 * Where the camera's frame lies if a smaller picture of it is shown. That one's size is rounded up to whole
 * pixels, so at full scale, `shown`, it may reach a few pixels beyond the frame on the right and below.
 */
export function frameIn(stage: Size, frame: Size, shown: Size): Rect {
  const rect = containIn(stage, shown);
  return {
    ...rect,
    width: (rect.width * frame.width) / shown.width,
    height: (rect.height * frame.height) / shown.height,
  };
}

/**
 * The camera's size, which a picture at `1 / scale` of it has been rounded up from, by what the server said
 * last; as near as can be told where that was about another size.
 */
export function frameSize(picture: Size, scale: number, told: Size | undefined): Size {
  const fits = (full: number, part: number) => Math.ceil(full / scale) === part;
  if (told !== undefined && fits(told.width, picture.width) && fits(told.height, picture.height)) {
    return { width: told.width, height: told.height };
  }
  return timesSize(picture, scale);
}

export function timesSize({ width, height }: Size, factor: number): Size {
  return { width: width * factor, height: height * factor };
}

/** Where an object is, `ageUs` after the frame in which it was seen; a negative age looks back. */
export function boxAfter({ box, velocity }: TrackedObject, ageUs: number): Box {
  const [dx, dy] = [(velocity.x * ageUs) / 1e6, (velocity.y * ageUs) / 1e6];
  return { x1: box.x1 + dx, y1: box.y1 + dy, x2: box.x2 + dx, y2: box.y2 + dy };
}

/** The part of a box that is in the picture; undefined if none is. */
export function boxOnStage(box: Box, frame: Size, picture: Rect): Rect | undefined {
  const inside = {
    x1: Math.max(0, box.x1),
    y1: Math.max(0, box.y1),
    x2: Math.min(frame.width, box.x2),
    y2: Math.min(frame.height, box.y2),
  };
  if (inside.x2 <= inside.x1 || inside.y2 <= inside.y1) return undefined;
  const [across, down] = [picture.width / frame.width, picture.height / frame.height];
  return {
    x: picture.x + inside.x1 * across,
    y: picture.y + inside.y1 * down,
    width: (inside.x2 - inside.x1) * across,
    height: (inside.y2 - inside.y1) * down,
  };
}

/** A point given as fractions of the frame. */
export function spotOnStage([x, y]: Point, picture: Rect): Spot {
  return { x: picture.x + x * picture.width, y: picture.y + y * picture.height };
}

/**
 * Inbound is from a line's left to its right, looking from `from` to `to`. One pixel long; no way at all for
 * a line without length.
 */
export function inwardOf(from: Spot, to: Spot): Spot {
  const [dx, dy] = [to.x - from.x, from.y - to.y];
  const length = Math.hypot(dx, dy);
  return length === 0 ? { x: 0, y: 0 } : { x: dy / length, y: dx / length };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The nearest place to `rect` that lies inside `bounds`; one too large for it keeps to the upper left. */
export function moveInto(rect: Rect, bounds: Rect): Rect {
  const x = Math.max(bounds.x, Math.min(rect.x, bounds.x + bounds.width - rect.width));
  const y = Math.max(bounds.y, Math.min(rect.y, bounds.y + bounds.height - rect.height));
  return { ...rect, x, y };
}
