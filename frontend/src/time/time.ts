// The one clock of the viewer. In: nothing. Out: now in milliseconds since the Unix epoch, and one-shot
// timers. Everything that waits or measures takes a `Time`, so that tests run in simulated time. No decision
// belongs here.

export interface Time {
  /**
   * Returns milliseconds since the Unix epoch, with fractions; they never step back while the page is open.
   */
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The browser's own clock and timers. */
export const browserTime: Time = {
  // Date.now() jumps when the system clock is set, which would read as delay; the performance clock does not.
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, task) => {
    const timer = window.setTimeout(task, ms);
    return () => window.clearTimeout(timer);
  },
};

/** Runs `task` every `ms` until the returned function is called. */
export function every(time: Time, ms: number, task: () => void): () => void {
  let cancel = time.after(ms, run);
  function run() {
    cancel = time.after(ms, run);
    task();
  }
  return () => cancel();
}
