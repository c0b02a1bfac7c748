// Where things of the frame lie on the page. In: sizes, boxes and points of the frame. Out: rectangles and
// points in the page's pixels, measured from the stage's upper left corner. Pure; what is drawn there does
// not belong here.
import type { Box, TrackedObject } from '../protocol/analytics';
import type { Pair } from '../protocol/check';
import type { Point } from '../protocol/places';

/** A size in pixels: of the page or of the frame, as its user says. */
export interface Size {
  width: number;
  height: number;
}

/** A rectangle of the page, by its upper left corner. */
export interface Rect extends Size {
  x: number;
  y: number;
}

/** A point of the page. */
export interface Spot {
  x: number;
  y: number;
}

/**
 * Place of a picture on the stage, by the rule of `object-fit: contain`: as large as fits, in the middle.
 */
export function containIn(stage: Size, picture: Size): Rect {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: (stage.width - width) / 2, y: (stage.height - height) / 2, width, height };
}

/**
 * Place of the camera's frame on the stage while a smaller picture of it is shown. The size of such a picture
 * is rounded up to whole pixels, so that at full scale (`shown`) it may reach a few pixels beyond the frame
 * on the right and below.
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
 * Size of the camera's frame, from which a picture at `1 / scale` of it has been rounded up. The size that
 * the server `told` is taken where it fits; the picture's size times the scale is as near as can be told
 * elsewhere.
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

/** Box of an object `ageUs` after the frame in which it was seen; a negative age looks back. */
export function boxAfter({ box, velocity }: TrackedObject, ageUs: number): Box {
  const [dx, dy] = [(velocity.x * ageUs) / 1e6, (velocity.y * ageUs) / 1e6];
  return { x1: box.x1 + dx, y1: box.y1 + dy, x2: box.x2 + dx, y2: box.y2 + dy };
}

/** Place on the stage of the part of a box that is in the picture; undefined if none is. */
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

/** Place on the stage of a point that is given as fractions of the frame. */
export function spotOnStage({ x, y }: Point, picture: Rect): Spot {
  return { x: picture.x + x * picture.width, y: picture.y + y * picture.height };
}

/** Place on the stage of a point that is given in pixels of the frame. */
export function pixelOnStage({ x, y }: Pair, frame: Size, picture: Rect): Spot {
  return spotOnStage({ x: x / frame.width, y: y / frame.height }, picture);
}

/**
 * Inbound direction of a line, one pixel long: from its left to its right, looking from `from` to `to`. A
 * line without length has none, which is zero.
 */
export function inwardOf(from: Spot, to: Spot): Spot {
  const [dx, dy] = [to.x - from.x, from.y - to.y];
  const length = Math.hypot(dx, dy);
  return length === 0 ? { x: 0, y: 0 } : { x: dy / length, y: dx / length };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * Place nearest to `rect` that lies inside `bounds`; a rectangle too large for them keeps to the upper left.
 */
export function moveInto(rect: Rect, bounds: Rect): Rect {
  const x = Math.max(bounds.x, Math.min(rect.x, bounds.x + bounds.width - rect.width));
  const y = Math.max(bounds.y, Math.min(rect.y, bounds.y + bounds.height - rect.height));
  return { ...rect, x, y };
}
