// Which camera is shown on a wall. In: the cameras, and the time. Out: a hook with the name of the one whose
// turn it is, and whether it is night where the screen is.
import { useEffect, useRef, useState } from 'react';
import type { ListedCamera } from '../protocol/status';
import { browserTime, every } from '../time/time';

/** Time for which a camera is shown, ms: long enough to read its numbers from across a room. */
const TURN_MS = 20_000;

/** Hours of the screen's own clock between which it is dimmed. */
const NIGHT = { from: 22, until: 6 };

/** Cameras that are shown by turns: those with pictures, or all where none has any. */
export function shownOf(cameras: readonly ListedCamera[]): readonly ListedCamera[] {
  const live = cameras.filter(({ state }) => state === 'streaming' || state === 'frozen');
  return live.length > 0 ? live : cameras;
}

/** The camera behind another one, by the order of their names; the first behind the last. */
export function nextOf(cameras: readonly ListedCamera[], before: string | undefined): string | undefined {
  const names = shownOf(cameras)
    .map(({ name }) => name)
    .toSorted();
  return names.find((name) => before !== undefined && name > before) ?? names[0];
}

export function isNight(hour: number): boolean {
  return hour >= NIGHT.from || hour < NIGHT.until;
}

/** The camera whose turn it is; undefined where there are none. */
export function useTurn(cameras: readonly ListedCamera[]): string | undefined {
  const [turn, setTurn] = useState<string>();
  const newest = useRef(cameras);
  useEffect(() => {
    newest.current = cameras;
  });
  useEffect(() => every(browserTime, TURN_MS, () => setTurn((before) => nextOf(newest.current, before))), []);
  // The first one, until a turn is over; and where the one whose turn it is has gone.
  return cameras.some(({ name }) => name === turn) ? turn : nextOf(cameras, undefined);
}
