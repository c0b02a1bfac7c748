// What whoever helps needs to know, as text to send. In: a snapshot, and what page and browser this is. Out:
// lines of text without addresses of cameras and without credentials. Pure.
import { cameraState, connectionWord, troubles, viewersWord } from '../live/words';
import type { Snapshot } from '../live/snapshot';
import { agoWord, reasonWord, rungWord, stepWord } from '../quality/words';
import { fixed } from '../ui/numbers';

/** Where the page runs. */
export interface Place {
  /** Time of the report, as ISO 8601. */
  now: string;
  /** What the browser says it is. */
  browser: string;
  /** Width and height of the window, in CSS pixels, and device pixels of one of these. */
  window: { width: number; height: number; pixels: number };
}

export function reportOf(snapshot: Snapshot, place: Place): string {
  const { connection, hello, status, quality, picture, analytics } = snapshot;
  const size = picture === undefined ? 'none' : `${picture.width}x${picture.height}`;
  const whole = snapshot.wholeMbit === undefined ? '' : `, ${fixed(snapshot.wholeMbit, 1)} as whole frames`;
  const viewers = status === undefined ? 'viewers unknown' : viewersWord(status.viewers);
  return [
    `Steadycast ${hello?.server ?? 'of an unknown version'}, ${place.now}`,
    `browser: ${place.browser}`,
    `window: ${place.window.width}x${place.window.height}, ${place.window.pixels} pixels each`,
    `camera: ${snapshot.camera ?? 'unknown'}, ${cameraState(snapshot)}, ${viewers}`,
    `connection: ${connectionWord(connection)}${'message' in connection ? `, ${connection.message}` : ''}`,
    `quality: ${quality.mode}, ${rungWord(quality.rung)}, ${reasonWord(quality.reason)}`,
    `picture: ${size}, ${fixed(snapshot.fps, 1)} FPS of ${fixed(status?.fps, 1)}, ` +
      `${fixed(snapshot.paintedFps, 1)} painted`,
    `delay: ${fixed(snapshot.delayMs, 0)} ms, round trip ${fixed(snapshot.roundTripMs, 0)} ms`,
    `data: ${fixed(snapshot.mbit, 1)} Mbit/s${whole}`,
    `skipped: ${status?.skipped ?? '?'} by the server, ${snapshot.dropped} here, ` +
      `${snapshot.unreadable} unreadable`,
    `analytics: ${analytics.offer.kind}, ${fixed(analytics.perSecond, 1)} a second, ` +
      `${fixed(analytics.delayMs, 0)} ms behind`,
    ...troubles(snapshot).map((each) => `trouble: ${each}`),
    ...quality.history.steps
      .map((step) => `step: ${agoWord(Math.round((quality.nowMs - step.atMs) / 1000))}, ${stepWord(step)}`)
      .toReversed(),
  ].join('\n');
}
