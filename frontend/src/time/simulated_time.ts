// Simulated time for tests. In: how far to advance. Out: the timers due on the way, run in order, each at its
// own moment. Product code never imports this.
import type { Time } from './time';

interface Timer {
  due: number;
  order: number;
  task: () => void;
}

/** A clock that stands still until it is told to advance. */
export class SimulatedTime implements Time {
  private timers: Timer[] = [];
  private made = 0;

  constructor(private current = 1_732_147_200_000) {}

  now(): number {
    return this.current;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { due: this.current + ms, order: this.made++, task };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    const end = this.current + ms;
    for (;;) {
      const next = this.timers
        .filter((t) => t.due <= end)
        .sort((a, b) => a.due - b.due || a.order - b.order)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.current = Math.max(this.current, next.due);
      next.task();
    }
    this.current = end;
  }

  /** Number of timers that are set: zero after everything has been stopped. */
  get pending(): number {
    return this.timers.length;
  }
}
