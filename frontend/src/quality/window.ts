// Frames a second over the recent past. In: arrival times. Out: a rate, and how much time it was measured over. Pure.
// Whether the rate is good or bad does not belong here.

export interface FrameWindow {
  /** Nothing before this moment counts: the last step, reconnect or thaw. */
  readonly sinceMs: number;
  /** Arrivals, oldest first. */
  readonly arrivals: readonly number[];
  /** No frame since the window was opened after a pause: setting up a connection is not a slow link. */
  readonly untouched: boolean;
}

/** How far back the rate looks. */
export const WINDOW_MS = 5_000;

export function openWindow(nowMs: number, untouched: boolean): FrameWindow {
  return { sinceMs: nowMs, arrivals: [], untouched };
}

export function addArrival(window: FrameWindow, nowMs: number): FrameWindow {
  // The first frame after a pause only starts the clock.
  if (window.untouched) return openWindow(nowMs, false);
  const oldest = nowMs - WINDOW_MS;
  return { ...window, arrivals: [...window.arrivals.filter((at) => at > oldest), nowMs] };
}

export interface Rate {
  fps: number;
  /** The stretch of time that was counted, never more than WINDOW_MS. */
  spanMs: number;
}

export function rateOf(window: FrameWindow, nowMs: number): Rate {
  const start = Math.max(window.sinceMs, nowMs - WINDOW_MS);
  const spanMs = nowMs - start;
  const frames = window.arrivals.filter((at) => at > start).length;
  return { fps: spanMs > 0 ? (frames * 1000) / spanMs : 0, spanMs };
}
