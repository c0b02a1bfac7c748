// Where the crosshair of a chart goes by keys. In: where it is, and a key. Out: where it is then, and what of
// the time is marked. Pure.

export interface Crosshair {
  /** Number of the moment, from 0. */
  at: number;
  /** Number of the moment where a mark began; undefined where nothing is marked. */
  from: number | undefined;
}

/** Moments that a page key goes on by. */
const PAGE = 10;

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -PAGE,
  PageUp: PAGE,
  Home: -Infinity,
  End: Infinity,
};

/**
 * Returns where a key leads among `count` moments; undefined where it leads nowhere. With Shift the time
 * between is marked. Without a crosshair it begins at the newest moment.
 */
export function steered(
  crosshair: Crosshair | undefined,
  { key, shiftKey }: { key: string; shiftKey: boolean },
  count: number,
): Crosshair | undefined {
  const step = STEPS[key];
  if (step === undefined || count === 0) return undefined;
  const now = crosshair?.at ?? count;
  const at = Math.min(count - 1, Math.max(0, now + step));
  const begun = crosshair === undefined ? undefined : (crosshair.from ?? crosshair.at);
  return { at, from: shiftKey ? begun : undefined };
}

/** Moments that are marked, the earlier one first; undefined where none are. */
export function marked({ at, from }: Crosshair): [number, number] | undefined {
  return from === undefined || from === at ? undefined : [Math.min(from, at), Math.max(from, at)];
}
