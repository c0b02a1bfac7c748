// The last two minutes. In: figures, several times a second, and steps as they are taken. Out: a sample each
// second and the last steps. Pure but for its own memory, which is bounded; how it is drawn does not belong
// here.
import type { Rung } from '../protocol/protocol';
import type { Pause, Step } from './decision';

export const SPAN_MS = 120_000;
const SECOND_MS = 1_000;
/** More than can be told apart on a graph of two minutes. */
const STEPS = 60;

export interface Figures {
  /** Frames received a second; undefined while unknown. */
  readonly fps: number | undefined;
  /** From capture to paint. */
  readonly delayMs: number | undefined;
}

export interface Sample extends Figures {
  readonly atMs: number;
  readonly rung: Rung;
  /** Why nothing was judged then, if so. */
  readonly pause: Pause | undefined;
}

export interface Taken extends Step {
  readonly atMs: number;
}

/** Both oldest first. */
export interface Past {
  readonly samples: readonly Sample[];
  readonly steps: readonly Taken[];
}

export class History {
  private current: Past = { samples: [], steps: [] };

  /** Keeps the first sample of each second. */
  sample(sample: Sample): void {
    const { samples } = this.current;
    const second = Math.floor(sample.atMs / SECOND_MS);
    const last = samples.at(-1);
    if (last !== undefined && Math.floor(last.atMs / SECOND_MS) >= second) return;
    const recent = samples.filter(({ atMs }) => sample.atMs - atMs <= SPAN_MS);
    this.current = { ...this.current, samples: [...recent, sample] };
  }

  step(step: Step, atMs: number): void {
    this.current = { ...this.current, steps: [...this.current.steps.slice(-(STEPS - 1)), { ...step, atMs }] };
  }

  /** All that is remembered; one and the same value until something is added. */
  get past(): Past {
    return this.current;
  }
}
