// Which part of a picture is seen, when it is larger than its frame. In: the part that is seen now, and what
// somebody does. Out: the part that is seen then. Pure. Places are shares of the frame's width and height.

export interface Zoom {
  /** How many times larger the picture is than its frame; 1 shows it whole. */
  scale: number;
  /** Part of the picture's width that lies to the left of what is seen, and of its height above it. */
  left: number;
  top: number;
}

export interface Place {
  x: number;
  y: number;
}

export const WHOLE: Zoom = { scale: 1, left: 0, top: 0 };

/** Largest scale: a pixel of a 720p picture is about a centimetre of a large screen then. */
const LARGEST = 8;

/** Scale to which a double click leads. */
const CLOSE = 2.5;

/** Zooms in or out so that what lies at a place stays there. */
export function zoomedAt(zoom: Zoom, { x, y }: Place, factor: number): Zoom {
  const scale = clamped(zoom.scale * factor, 1, LARGEST);
  const [atX, atY] = [zoom.left + x / zoom.scale, zoom.top + y / zoom.scale];
  return inside({ scale, left: atX - x / scale, top: atY - y / scale });
}

/** Moves the picture by shares of its frame: what is seen moves the other way. */
export function moved(zoom: Zoom, { x, y }: Place): Zoom {
  return inside({ ...zoom, left: zoom.left - x / zoom.scale, top: zoom.top - y / zoom.scale });
}

/** A close look at a place, or the whole picture again. */
export function toggled(zoom: Zoom, at: Place): Zoom {
  return zoom.scale > 1 ? WHOLE : zoomedAt(zoom, at, CLOSE);
}

/** Two fingers that were at `before` and are at `now`: what they hold stays under them. */
export function pinched(zoom: Zoom, before: readonly [Place, Place], now: readonly [Place, Place]): Zoom {
  const [from, to] = [middle(before), middle(now)];
  const spread = distance(before);
  const factor = spread > 0 ? distance(now) / spread : 1;
  return moved(zoomedAt(zoom, from, factor), { x: to.x - from.x, y: to.y - from.y });
}

/** How many times larger, as people write it. */
export function scaleWord({ scale }: Zoom): string {
  return `${(Math.round(scale * 10) / 10).toString()}×`;
}

/** Keeps the frame full. */
function inside({ scale, left, top }: Zoom): Zoom {
  const most = 1 - 1 / scale;
  return { scale, left: clamped(left, 0, most), top: clamped(top, 0, most) };
}

function middle([one, other]: readonly [Place, Place]): Place {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function distance([one, other]: readonly [Place, Place]): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
