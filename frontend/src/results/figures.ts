// The figures of the analytics panel. In: results as they arrive, with the moment and the server's clock.
// Out: the newest figures, how often results come and how late. Keeps what a result leaves out; forgets
// people after a while. Nothing about pictures here.
import type { AnalyticsResult, LineCount, Risk } from '../protocol/analytics';
import { RateMeter, RecentValues } from '../time/meter';
import { PERSON } from './classes';

/** Age from which on a crowd result is not shown, ms, while results come two or three times a second. */
const CROWD_LIFE_MS = 3_000;
/** Age up to which a crowd result is shown while a slow model works on its next one, ms. */
const LONGEST_CROWD_LIFE_MS = 15_000;
/** Time without a result from which on the page says so, ms. */
const SILENCE_MS = 3_000;

export type People =
  | { kind: 'unknown' }
  /** Estimated by the crowd model, which also sees those who cannot be told apart. */
  | { kind: 'estimated'; total: number }
  /** Counted by the detector, while no crowd model says anything: those with a box. */
  | { kind: 'counted'; total: number };

export interface Figures {
  people: People;
  /** Risk, which the crowd model alone tells. */
  risk: Risk | undefined;
  /** Objects seen now by class; a class once seen stays, at zero. */
  counts: readonly { class: string; count: number }[];
  lines: readonly LineCount[];
  zones: readonly { id: string; occupancy: number }[];
  /** Results a second. */
  perSecond: number | undefined;
  /**
   * Milliseconds from capture to arrival, or to the end of the computation while the server's clock is
   * unknown.
   */
  delayMs: number | undefined;
  /** Whole seconds without a result, once they are worth telling. */
  silentS: number | undefined;
}

export class FigureKeeper {
  readonly lineCounts = new Map<string, LineCount>();
  readonly occupancies = new Map<string, number>();
  private readonly counts = new Map<string, number>();
  private crowd: { total: number; risk: Risk; atMs: number; lifeMs: number } | undefined;
  private heardMs: number | undefined;
  private readonly rate = new RateMeter();
  private readonly delays = new RecentValues();

  /** Takes a result that arrives now; `offsetMs` added to the browser's clock is the server's. */
  add(result: AnalyticsResult, nowMs: number, offsetMs: number | undefined): void {
    this.heardMs = nowMs;
    this.rate.add(nowMs);
    const knownUs = offsetMs === undefined ? result.finishedUs : (nowMs + offsetMs) * 1000;
    this.delays.add(Math.max(0, knownUs - result.capturedUs) / 1000);
    if (result.crowd !== undefined)
      this.crowd = {
        total: result.crowd.total,
        risk: result.crowd.risk,
        atMs: nowMs,
        lifeMs: this.crowdLife(nowMs),
      };
    // Where nobody looked for objects, no counts does not mean no objects.
    if (result.objects !== undefined) {
      for (const name of this.counts.keys()) this.counts.set(name, 0);
      for (const [name, count] of result.counts) this.counts.set(name, count);
      for (const { id, occupancy } of result.zones) this.occupancies.set(id, occupancy);
    }
    for (const line of result.lines) this.lineCounts.set(line.id, line);
  }

  /** Starts the rate anew: results are expected from now on, after a new connection or a new request. */
  expect(nowMs: number): void {
    this.heardMs = nowMs;
    this.rate.reset();
    this.delays.reset();
  }

  /** Forgets people and counts, which start again or are those of another camera. */
  forget(): void {
    this.crowd = undefined;
    for (const table of [this.counts, this.lineCounts, this.occupancies]) table.clear();
  }

  read(nowMs: number): Figures {
    const { heardMs } = this;
    const crowd = this.crowd && nowMs - this.crowd.atMs < this.crowd.lifeMs ? this.crowd : undefined;
    const silentMs = nowMs - (heardMs ?? nowMs);
    return {
      people: crowd === undefined ? this.persons() : { kind: 'estimated', total: crowd.total },
      risk: crowd?.risk,
      counts: [...this.counts].map(([name, count]) => ({ class: name, count })).toSorted(peopleFirst),
      lines: [...this.lineCounts.values()],
      zones: [...this.occupancies].map(([id, occupancy]) => ({ id, occupancy })),
      perSecond: this.rate.perSecond(nowMs),
      delayMs: this.delays.middle(),
      silentS: silentMs >= SILENCE_MS ? Math.floor(silentMs / 1000) : undefined,
    };
  }

  /** Age up to which a crowd result of now is shown: half as long again as it took from the last one, ms. */
  private crowdLife(nowMs: number): number {
    const sinceMs = nowMs - (this.crowd?.atMs ?? nowMs);
    return Math.min(LONGEST_CROWD_LIFE_MS, Math.max(CROWD_LIFE_MS, 1.5 * sinceMs));
  }

  /** People by their boxes; unknown while the detector has found none, since it may not know what one is. */
  private persons(): People {
    const total = this.counts.get(PERSON);
    return total === undefined ? { kind: 'unknown' } : { kind: 'counted', total };
  }
}

function peopleFirst(a: { class: string }, b: { class: string }): number {
  return Number(b.class === PERSON) - Number(a.class === PERSON) || a.class.localeCompare(b.class);
}
