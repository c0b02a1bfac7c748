// How many bytes a second a rung will take. In: sizes of frames so far. Out: predictions. Pure but for its
// own memory. Whether a link carries that does not belong here.
import type { Rung } from '../protocol/protocol';
import type { Sizes } from './arrivals';
import type { Reference } from './reference';
import { cost, type Rungs, USUAL_FPS } from './rungs';

/**
 * Room on the way down: the rate at which a rung must fit, as a multiple of the rate that is too few for it;
 * 31 for 29.5 FPS.
 */
const ROOM = 31 / 29.5;

/** Time for which the dearest second of deltas is remembered, ms: people come and go in that time. */
const PEAK_MS = 10_000;

/** Bytes of a delta frame that are the same at any rung: its comment, tables and runs. */
const HEADERS = 450;

/** A second of deltas. */
interface Second {
  readonly atMs: number;
  /** Bytes of a frame at full size and level 60, HEADERS left out. */
  readonly unit: number;
}

/** What frames of one viewer take. */
export class Forecast {
  /**
   * Bytes of a frame at full size and level 60, as far as frames so far tell; of a delta without its headers.
   */
  private unit: number | undefined;
  /** Bytes of a frame that are the same at any rung. */
  private headers = 0;
  /** Seconds of deltas within PEAK_MS, oldest first; none where frames are complete pictures. */
  private seconds: readonly Second[] = [];

  /** Learns what frames of a rung take. */
  learn(rung: Rung, { mean, latest }: Sizes, nowMs: number): void {
    const headers = latest === undefined ? 0 : HEADERS;
    const unit = (bytes: number) => Math.max(bytes - headers, 0) / cost(rung);
    this.unit = unit(mean);
    this.headers = headers;
    this.seconds =
      latest === undefined
        ? []
        : [
            ...this.seconds.filter(({ atMs }) => nowMs - atMs <= PEAK_MS),
            { atMs: nowMs, unit: unit(latest) },
          ];
  }

  /** Bytes a second of a rung at a frame rate; zero before any frame has come. */
  needed(rung: Rung, fps: number): number {
    return this.unit === undefined ? 0 : this.bytes(this.unit, rung) * fps;
  }

  /**
   * Bytes a second of a rung at a frame rate, by the mean or by the last second of deltas, whichever is more:
   * where more moves than before, the mean tells too late.
   */
  neededNow(rung: Rung, fps: number): number {
    const last = this.seconds.at(-1);
    return Math.max(this.needed(rung, fps), last === undefined ? 0 : this.bytes(last.unit, rung) * fps);
  }

  /**
   * Bytes a second of a rung at the rate that it would have when it is reached from below, with as much
   * moving as in the dearest second lately.
   */
  neededUp(rung: Rung, rungs: Rungs, reference: Reference): number {
    const least = rungs.leastFps(rung);
    const fps = least < USUAL_FPS ? reference.tooFew(least) * ROOM : reference.highest;
    const seconds = this.seconds.map(({ unit }) => this.bytes(unit, rung) * fps);
    return Math.max(this.needed(rung, fps), ...seconds);
  }

  /**
   * Bytes a second of a rung at the least rate that it is held at, with some room and with as much moving as
   * now.
   */
  neededAtLeast(rung: Rung, rungs: Rungs, reference: Reference): number {
    return this.neededNow(rung, reference.tooFew(rungs.leastFps(rung)) * ROOM);
  }

  /** Bytes of a frame of a rung that has so many at full size and level 60. */
  private bytes(unit: number, rung: Rung): number {
    return unit * cost(rung) + this.headers;
  }
}
