// How tiles stand. In: how many there are, and the room for them in pixels. Out: the number of columns with
// which the tiles are as large as they can be, and how wide they are then. Pure.

/** Width of a tile by its height: pictures are 16:9, and the line of words below takes a little. */
const SHAPE = 16 / 10;

/** Least width of a tile, pixels: a face at a door can still be told from a parcel. */
const LEAST_WIDTH = 150;

export interface Room {
  width: number;
  height: number;
}

/** How tiles stand. */
export interface Fit {
  columns: number;
  /** Width of a tile with its gap, pixels; undefined where tiles scroll, as wide as they can be. */
  width: number | undefined;
}

/** Columns with which `count` tiles are largest; where they do not fit, as many as stay wide enough. */
export function fitFor(count: number, { width, height }: Room): Fit {
  const most = Math.max(1, Math.floor(width / LEAST_WIDTH));
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= Math.min(count, most); columns++) {
    const rows = Math.ceil(count / columns);
    const tile = Math.min(width / columns, (height / rows) * SHAPE);
    if (tile > best.width) best = { columns, width: tile };
  }
  if (best.width >= LEAST_WIDTH) return { ...best, width: Math.floor(best.width) };
  // They scroll: what stands side by side is as on a phone held upright.
  return { columns: Math.min(count, most, 2) || 1, width: undefined };
}
