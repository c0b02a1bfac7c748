// Whether a device keeps up with the frames that arrive. In: painted rates. Out: a verdict. Pure but for its
// own memory. What follows from it is the controller's.

/** Of the frames that arrive, a device that keeps up paints at least this share. */
const PAINTED = 0.85;

/**
 * A step down that is of use to a slow device makes it paint so much more; after this many that were not, the
 * device is slow for another reason.
 */
const DEVICE_GAIN = 1.1;
const DEVICE_TRIES = 2;

/**
 * It paints them; it paints too few, and cheaper ones may help; it paints too few, and cheaper ones did not
 * help.
 */
export type Verdict = 'keeps_up' | 'slow' | 'slow_anyway';

export class Device {
  /** What it painted before the last step for its sake. */
  private paintedFps = 0;
  /** How many such steps in a row were of no use. */
  private useless = 0;

  /** Frames a second: `paintedFps` are painted of `arrivingFps`; fewer than `least` are too few. */
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
