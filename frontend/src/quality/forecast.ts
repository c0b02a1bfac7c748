// How many bytes a second a rung will take. In: sizes of frames so far. Out: predictions. Pure but for its
// own memory. Whether a link carries that does not belong here.
import type { Rung } from '../protocol/protocol';
import type { Reference } from './reference';
import { cost, type Rungs, USUAL_FPS } from './rungs';

/**
 * Room on the way down: the rate at which a rung must fit, as a multiple of the rate that is too few for it;
 * 31 for 29.5 FPS.
 */
const ROOM = 31 / 29.5;

/** What frames of one viewer take. */
export class Forecast {
  /** Bytes of a frame at full size and level 60, as far as frames so far tell. */
  private unit: number | undefined;

  /** Learns that frames of a rung have `bytes` bytes. */
  learn(rung: Rung, bytes: number): void {
    this.unit = bytes / cost(rung);
  }

  /** Bytes a second of a rung at a frame rate; zero before any frame has come. */
  needed(rung: Rung, fps: number): number {
    return this.unit === undefined ? 0 : this.unit * cost(rung) * fps;
  }

  /** Bytes a second of a rung at the rate that it would have when it is reached from below. */
  neededUp(rung: Rung, rungs: Rungs, reference: Reference): number {
    return rungs.leastFps(rung) < USUAL_FPS
      ? this.neededAtLeast(rung, rungs, reference)
      : this.needed(rung, reference.highest);
  }

  /** Bytes a second of a rung at the least rate that it is held at, with some room. */
  neededAtLeast(rung: Rung, rungs: Rungs, reference: Reference): number {
    return this.needed(rung, reference.tooFew(rungs.leastFps(rung)) * ROOM);
  }
}
