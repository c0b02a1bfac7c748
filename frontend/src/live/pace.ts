// Whether this device keeps up with what arrives. In: frames as they arrive and are painted, with their
// bytes, and ticks. Out: rates, for people, and what the device would paint if frames came evenly, for the
// controller. Pure but for its own memory.
//
// A link that stalls hands over several frames at once, of which only the newest is painted. That is the
// link's fault and not the device's; but a device too busy to take frames as they come sees the same. Its
// timers tell: they come late as well.
import type { Frame } from '../connection/connection';
import { RateMeter } from '../time/meter';

/** Time between two calls of `tick`, ms: figures change as fast as they can be read. */
export const TICK_MS = 250;

/** Window of bunched frames and ticks, ms: as long as the window of the rates. */
const LOOK_BACK_MS = 2_000;

/** Longest time between two bunched frames, ms: a display of 60 Hz shows only one of them. */
const BUNCHED_MS = 15;

/**
 * Mean lateness of ticks above which a device is busy, ms; timers are a few milliseconds late on any device.
 */
const BUSY_MS = 15;

export class Pace {
  readonly received = new RateMeter();
  readonly painted = new RateMeter();
  private readonly bytes = { taken: new RateMeter(), whole: new RateMeter() };
  private lastMs = -Infinity;
  private bunched: readonly number[] = [];
  private ticks: readonly number[] = [];

  arrived(nowMs: number): void {
    this.received.add(nowMs);
    if (nowMs - this.lastMs < BUNCHED_MS) this.bunched = [...recent(this.bunched, nowMs), nowMs];
    this.lastMs = nowMs;
  }

  /** Takes note of what a message took, and of what its frame would have taken as a complete picture. */
  took(nowMs: number, bytes: number, wholeBytes: number): void {
    this.bytes.taken.add(nowMs, bytes);
    this.bytes.whole.add(nowMs, wholeBytes);
  }

  /** Megabits received a second; undefined while unknown. */
  mbit(nowMs: number): number | undefined {
    return inMbit(this.bytes.taken.perSecond(nowMs));
  }

  /** Megabits a second that complete pictures would have taken; undefined while unknown. */
  wholeMbit(nowMs: number): number | undefined {
    return inMbit(this.bytes.whole.perSecond(nowMs));
  }

  tick(nowMs: number): void {
    this.ticks = [...recent(this.ticks, nowMs), nowMs];
  }

  /**
   * Frames a second that the device would paint if they came evenly; undefined while unknown, and while
   * nothing arrives that could be painted.
   */
  paintable(nowMs: number): number | undefined {
    const received = this.received.perSecond(nowMs);
    const painted = this.painted.perSecond(nowMs);
    if (received === undefined || received === 0 || painted === undefined) return undefined;
    if (this.isBusy) return painted;
    const bunched = (recent(this.bunched, nowMs).length * 1000) / LOOK_BACK_MS;
    return Math.max(painted, Math.min(received, painted + bunched));
  }

  reset(): void {
    this.received.reset();
    this.painted.reset();
    this.bytes.taken.reset();
    this.bytes.whole.reset();
    this.bunched = [];
  }

  private get isBusy(): boolean {
    const [first, last] = [this.ticks[0], this.ticks.at(-1)];
    if (first === undefined || last === undefined || this.ticks.length < 2) return false;
    return (last - first) / (this.ticks.length - 1) - TICK_MS > BUSY_MS;
  }
}

function inMbit(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : (8 * bytes) / 1e6;
}

function recent(moments: readonly number[], nowMs: number): readonly number[] {
  return moments.filter((at) => nowMs - at < LOOK_BACK_MS);
}

/** Bytes that a frame would take as a complete picture; sharper blocks would never be sent apart from one. */
export function wholeBytes({ delta, jpeg }: Frame): number {
  if (delta === undefined) return jpeg.byteLength;
  return delta.refined ? 0 : delta.whole;
}
