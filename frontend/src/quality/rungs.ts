// The rungs a viewer may be moved along, cheapest first, and what each costs relative to another. In: levels
// and scales on offer, and what the viewer would rather keep. Out: neighbours of a rung. Pure. When to move
// is the controller's.
//
// One ladder through all tiers: below the lowest level of a tier comes the next smaller picture, at the
// highest level that costs fewer bytes.
import { LEVEL_STEP, LOWEST_LEVEL, type Rung } from '../protocol/protocol';

/**
 * Bytes of a JPEG at each level from 30 on, relative to level 60; they hardly depend on the picture. Measured
 * on 1280x720 street scenes with libjpeg's tables, 4:2:0.
 */
const LEVEL_COST = [0.65, 0.71, 0.76, 0.82, 0.88, 0.93, 1.0, 1.08, 1.18, 1.3, 1.48, 1.72, 2.15, 3.05];

/** Bytes of a tier at level 60 relative to full size, by its scale; measured on the same scenes. */
const TIER_COST: Readonly<Record<number, number>> = { 1: 1.0, 2: 0.317, 4: 0.107, 8: 0.038 };

/**
 * Largest share of what the last rung of a larger picture costs that the first rung of a smaller one may
 * cost: a step down must be one for any picture.
 */
const CLEARLY_LESS = 0.85;

/**
 * Frames a second, of a camera of 34, below which a rung is left downwards. The band begins at 28: with a
 * mean of 28 half of the seconds would be outside.
 */
export const USUAL_FPS = 29.5;

/**
 * What a viewer would rather keep when its link is too thin for both. Smooth: the rate, the picture gets
 * smaller. Sharp: the picture, below half size only when the rate falls under 10 FPS.
 */
export type Style = 'smooth' | 'sharp';

export class Rungs {
  private constructor(
    /** Cheapest first. */
    private readonly rungs: readonly [Rung, ...Rung[]],
    readonly style: Style,
  ) {}

  /**
   * The ladder of these levels (lowest first) and scales (largest picture first); undefined where either is
   * empty.
   */
  static of(levels: readonly number[], scales: readonly number[], style: Style): Rungs | undefined {
    const lowest = levels[0];
    const rungs: Rung[] = [];
    for (const scale of scales) {
      const last = rungs.at(-1);
      const below = last === undefined ? Infinity : cost(last) * CLEARLY_LESS;
      const fitting = levels.filter((level) => level === lowest || cost({ level, scale }) <= below);
      rungs.push(...fitting.toReversed().map((level) => ({ level, scale })));
    }
    const [cheapest, ...dearer] = rungs.toReversed();
    return cheapest && new Rungs([cheapest, ...dearer], style);
  }

  /** The rung itself if it is on the ladder, else the dearest that costs less, else the cheapest. */
  nearest(rung: Rung): Rung {
    return this.rungs.find((other) => isSame(other, rung)) ?? this.below(rung, () => true) ?? this.rungs[0];
  }

  /** The next dearer rung. */
  above(rung: Rung): Rung | undefined {
    return this.rungs.find((other) => cost(other) > cost(rung));
  }

  /**
   * The dearest of the cheaper rungs that `fits`; where none does, the cheapest of all, and nothing from the
   * cheapest itself.
   */
  below(rung: Rung, fits: (other: Rung) => boolean): Rung | undefined {
    const cheaper = this.rungs.filter((other) => cost(other) < cost(rung));
    return cheaper.findLast(fits) ?? cheaper[0];
  }

  /**
   * Frames a second, of a camera of 34, below which a rung is left downwards: the usual, or less where the
   * next smaller picture is one that nobody likes to look at.
   */
  leastFps(rung: Rung): number {
    const lastOfTier = this.rungs.find((other) => other.scale === rung.scale);
    if (lastOfTier === undefined || !isSame(lastOfTier, rung)) return USUAL_FPS;
    if (rung.scale === 2 && this.style === 'sharp') return 10;
    return rung.scale === 4 ? 20 : USUAL_FPS;
  }

  /**
   * The dearest of the rungs above `rung` that are held at a lower rate than usual (`leastFps`). Where it
   * fits, viewers like it better than all rungs between.
   */
  refugeAbove(rung: Rung): Rung | undefined {
    return this.rungs.findLast((other) => cost(other) > cost(rung) && this.leastFps(other) < USUAL_FPS);
  }
}

/** Bytes of a frame at a rung, relative to full size at level 60. */
export function cost({ level, scale }: Rung): number {
  const step = Math.floor((level - LOWEST_LEVEL) / LEVEL_STEP);
  return (LEVEL_COST[step] ?? 1) * (TIER_COST[scale] ?? 1);
}

export function isSame(a: Rung, b: Rung): boolean {
  return a.level === b.level && a.scale === b.scale;
}
