// The picture of an event. In: the event, and those around it. Out: the path of its picture, or of that of
// another event of the camera at nearly the same time: of several in a second, one has a picture. Pure.
import type { PastEvent } from './event';

/** Longest time between an event and the one whose picture it may be shown with, ms. */
const APART_MS = 1_500;

export function pictureOf(event: PastEvent, among: readonly PastEvent[]): string | undefined {
  if (event.snapshot !== undefined) return event.snapshot;
  const apart = ({ atMs }: PastEvent) => Math.abs(atMs - event.atMs);
  const near = among.filter(
    (other) => other.camera === event.camera && other.snapshot !== undefined && apart(other) <= APART_MS,
  );
  return near.toSorted((one, other) => apart(one) - apart(other))[0]?.snapshot;
}
