// Results, by the moment of the frame that they are about. In: values with their capture times, as they
// arrive. Out: the one nearest to the frame being painted, and how much older that frame's picture is.
// Bounded; when something arrived plays no part.
import type { FrameRef } from '../protocol/analytics';
import { lifetimeUs } from './lifetime';

/** Number of values kept: enough for a second of results at the rate of the camera. */
const KEPT = 40;

export interface Aged<T> {
  value: T;
  /**
   * Time from the capture of the value's own frame to that of the painted one, µs; negative if it is newer.
   */
  ageUs: number;
  /** Time that it took to make the value, from its frame's capture on, µs. */
  delayUs: number;
  /** Age from which on the value is not to be shown any more, µs. */
  lifeUs: number;
}

/** The newest value, where it is older than the painted frame by more than somebody asked about. */
export interface Old {
  ageUs: number;
  /** Whether it is shown all the same. */
  shown: boolean;
}

interface Kept<T> extends Omit<Aged<T>, 'ageUs'> {
  frame: number;
  capturedUs: number;
}

export class Timeline<T> {
  private kept: readonly Kept<T>[] = [];

  /** @param aheadUs a value may be this much newer than the painted frame, and no more */
  constructor(private readonly aheadUs: number) {}

  /** Takes a value of a frame, which was ready `delayUs` after its capture. */
  add({ frame, capturedUs }: FrameRef, delayUs: number, value: T): void {
    const last = this.kept.at(-1);
    const lifeUs = lifetimeUs(delayUs, last && capturedUs - last.capturedUs);
    this.kept = [...this.kept.slice(-(KEPT - 1)), { frame, capturedUs, delayUs, lifeUs, value }];
  }

  /** Value to show with the frame captured at `paintedUs`: the nearest, if it is not too old or too new. */
  at(paintedUs: number): Aged<T> | undefined {
    let best: Aged<T> | undefined;
    for (const { capturedUs, delayUs, lifeUs, value } of this.kept) {
      const ageUs = paintedUs - capturedUs;
      if (ageUs >= lifeUs || ageUs < -this.aheadUs) continue;
      if (best === undefined || Math.abs(ageUs) <= Math.abs(best.ageUs)) {
        best = { value, ageUs, delayUs, lifeUs };
      }
    }
    return best;
  }

  /**
   * The newest value's age with the frame captured at `paintedUs`, if it is `fromUs` or more; undefined where
   * it is not, or where there is no value.
   */
  old(paintedUs: number, fromUs: number): Old | undefined {
    let newest: Kept<T> | undefined;
    for (const each of this.kept) if (each.capturedUs >= (newest?.capturedUs ?? -Infinity)) newest = each;
    if (newest === undefined) return undefined;
    const ageUs = paintedUs - newest.capturedUs;
    return ageUs >= fromUs ? { ageUs, shown: ageUs < newest.lifeUs } : undefined;
  }

  /** Forgets the values of frames before that number. */
  forgetBefore(frame: number): void {
    this.kept = this.kept.filter((kept) => kept.frame >= frame);
  }

  clear(): void {
    this.kept = [];
  }
}
