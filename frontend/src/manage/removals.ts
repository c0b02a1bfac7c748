// Removals that can still be undone. In: names of cameras, and what removes one. Out: which wait and for how
// long, in a store; a call for each whose time is over. A camera is not removed at once and added again by
// whoever is sorry: its password is told to nobody, so what came back would lack it. It stays until then.
import { createStore } from '../live/store';
import { every, type Time } from '../time/time';

/** Time in which a removal can be undone, ms. */
export const UNDO_MS = 10_000;

const SECOND_MS = 1_000;

/** Seconds that are left, by name of the camera. */
export type Waiting = ReadonlyMap<string, number>;

export class Removals {
  readonly store = createStore<Waiting>(new Map());
  private stop: (() => void) | undefined;
  private readonly ends = new Map<string, number>();

  constructor(
    private readonly time: Time,
    private readonly remove: (camera: string) => void,
  ) {}

  readonly begin = (camera: string): void => {
    this.ends.set(camera, this.time.now() + UNDO_MS);
    this.stop ??= every(this.time, SECOND_MS, () => this.look());
    this.publish();
  };

  readonly undo = (camera: string): void => {
    this.ends.delete(camera);
    this.publish();
  };

  /** Carries out all that wait: whoever leaves the page has no undo any more. */
  readonly finish = (): void => {
    for (const camera of this.ends.keys()) this.remove(camera);
    this.ends.clear();
    this.publish();
  };

  private look(): void {
    const now = this.time.now();
    for (const [camera, end] of this.ends)
      if (end <= now) {
        this.ends.delete(camera);
        this.remove(camera);
      }
    this.publish();
  }

  private publish(): void {
    const now = this.time.now();
    const left = (end: number) => Math.max(0, Math.ceil((end - now) / SECOND_MS));
    this.store.set(new Map([...this.ends].map(([camera, end]) => [camera, left(end)])));
    if (this.ends.size > 0) return;
    this.stop?.();
    this.stop = undefined;
  }
}
