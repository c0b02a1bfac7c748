// Whether a device keeps up with the frames that arrive. In: painted rates. Out: a verdict. Pure but for its
// own memory. What follows from it is the controller's.

/** Of the frames that arrive, a device that keeps up paints at least this share. */
const PAINTED = 0.85;

/** Least factor by which a step down has a slow device paint more frames, if the step was of use. */
const DEVICE_GAIN = 1.1;

/** Most steps down in a row that may be of no use; after one more the device is slow for another reason. */
const DEVICE_TRIES = 2;

/**
 * What a device does with the frames that arrive: it paints them; it paints too few, and cheaper ones may
 * help; or it paints too few, and cheaper ones did not help.
 */
export type Verdict = 'keeps_up' | 'slow' | 'slow_anyway';

export class Device {
  /** What it painted before the last step for its sake. */
  private paintedFps = 0;
  /** How many such steps in a row were of no use. */
  private useless = 0;

  /**
   * Judges a device that paints `paintedFps` of `arrivingFps` frames a second, where fewer than `least` are
   * too few.
   */
  judge(paintedFps: number, arrivingFps: number, least: number): Verdict {
    if (paintedFps >= Math.min(least, arrivingFps * PAINTED)) {
      this.paintedFps = this.useless = 0;
      return 'keeps_up';
    }
    const useless = paintedFps >= this.paintedFps * DEVICE_GAIN ? 0 : this.useless + 1;
    if (useless > DEVICE_TRIES) return 'slow_anyway';
    this.paintedFps = paintedFps;
    this.useless = useless;
    return 'slow';
  }
}
