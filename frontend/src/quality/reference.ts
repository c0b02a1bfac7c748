// What frame rate to expect. In: the capture rates that the server measured. Out: the thresholds of the band.
// Pure but for its own memory. A camera that gives 25 FPS must not drive its viewers to the lowest rung.
import { WINDOW_MS } from './arrivals';

/**
 * Frames a second of the camera that the band of 28 to 32 was made for; assumed until a rate has been
 * measured.
 */
export const DESIGN_FPS = 34;

/** Frames a second, of a camera of 34, above which a dearer rung may be tried. */
const UP_FPS = 32;

/**
 * Frames a second below which a camera gives stills, and a frame rate says nothing about the link: one frame
 * more or less in the window of five seconds is then more than lies between the thresholds.
 */
const STILLS_FPS = 2;

export class Reference {
  /** Capture rates of the recent past, each with the time at which it was measured. */
  private rates: readonly { atMs: number; fps: number }[] = [];

  /** Adds a measurement and forgets those that no frame in the window can still stem from. */
  add(fps: number, nowMs: number): void {
    this.rates = [...this.rates.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS), { atMs: nowMs, fps }];
  }

  /** Forgets everything: the camera is away. */
  clear(): void {
    this.rates = [];
  }

  /** Whether the camera gives stills. */
  get isStills(): boolean {
    return this.lowest < STILLS_FPS;
  }

  /**
   * Frames a second that are too few of a camera as slow as this one was lately, where `ofDesign` are too few
   * of a camera of 34 FPS.
   */
  tooFew(ofDesign: number): number {
    return (ofDesign / DESIGN_FPS) * this.lowest;
  }

  /** Frames a second above which there is room for more. */
  get enough(): number {
    return (UP_FPS / DESIGN_FPS) * this.highest;
  }

  /** The highest recent rate. */
  get highest(): number {
    return Math.max(...this.measured);
  }

  /**
   * The lowest recent rate. The frames in the window may stem from before and after a change of the camera's
   * rate, which is no reason to step.
   */
  private get lowest(): number {
    return Math.min(...this.measured);
  }

  private get measured(): readonly number[] {
    return this.rates.length > 0 ? this.rates.map(({ fps }) => fps) : [DESIGN_FPS];
  }
}
