// The figures of the analytics panel. In: results as they arrive, with the moment and the server's clock.
// Out: the newest figures, how often results come and how late. Keeps what a result leaves out; forgets
// people after a while. Nothing about pictures here.
import type { AnalyticsResult, Risk } from '../protocol/analytics';
import type { LineCount, ZoneCount } from '../protocol/counts';
import { RateMeter, RecentValues } from '../time/meter';
import { PERSON } from './classes';

/** Age from which on a crowd result is not shown, ms, while results come two or three times a second. */
const CROWD_LIFE_MS = 3_000;
/** Age up to which a crowd result is shown while a slow model works on its next one, ms. */
const LONGEST_CROWD_LIFE_MS = 15_000;
/** Time without a result from which on the page says so, ms, while results come each second or oftener. */
const SILENCE_MS = 3_000;
/** Time without a result from which on the page says so in any case, ms. */
const LONGEST_SILENCE_MS = 15_000;
/** Times that the next result may take longer than the last one did before anything is said. */
const PATIENCE = 1.5;
/** Time between two results from which on it alone tells their rate, ms: no window holds enough of them. */
const SELDOM_MS = 1_000;
/** Age from which on a figure's age is told, seconds. */
const OLD_S = 2;

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
  zones: readonly ZoneCount[];
  /** Whole seconds since the frame that people and risk were estimated from, once they are worth telling. */
  crowdAgeS: number | undefined;
  /** Whole seconds since the frame that objects, lines and zones were counted in, once worth telling. */
  countsAgeS: number | undefined;
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

/** When a figure arrived, and how old it was then, ms. */
interface Seen {
  heardMs: number;
  delayMs: number;
}

export class FigureKeeper {
  readonly lineCounts = new Map<string, LineCount>();
  readonly zoneCounts = new Map<string, ZoneCount>();
  private readonly counts = new Map<string, number>();
  private crowd: { total: number; risk: Risk; seen: Seen; lifeMs: number } | undefined;
  private counted: Seen | undefined;
  private heardMs: number | undefined;
  /** Time between the last two results, ms. */
  private gapMs: number | undefined;
  private readonly rate = new RateMeter();
  private readonly delays = new RecentValues();

  /** Takes a result that arrives now; `offsetMs` added to the browser's clock is the server's. */
  add(result: AnalyticsResult, nowMs: number, offsetMs: number | undefined): void {
    this.gapMs = nowMs - (this.heardMs ?? nowMs);
    this.heardMs = nowMs;
    this.rate.add(nowMs);
    const knownUs = offsetMs === undefined ? result.finishedUs : (nowMs + offsetMs) * 1000;
    const delayMs = Math.max(0, knownUs - result.capturedUs) / 1000;
    this.delays.add(delayMs);
    const seen = { heardMs: nowMs, delayMs };
    const { crowd } = result;
    if (crowd !== undefined)
      this.crowd = { total: crowd.total, risk: crowd.risk, seen, lifeMs: this.crowdLife(seen) };
    // Where nobody looked for objects, no counts does not mean no objects.
    if (result.objects !== undefined) {
      this.counted = seen;
      for (const name of this.counts.keys()) this.counts.set(name, 0);
      for (const [name, count] of result.counts) this.counts.set(name, count);
      for (const zone of result.zones) this.zoneCounts.set(zone.id, zone);
    }
    for (const line of result.lines) this.lineCounts.set(line.id, line);
  }

  /** Starts the rate anew: results are expected from now on, after a new connection or a new request. */
  expect(nowMs: number): void {
    this.heardMs = nowMs;
    this.gapMs = undefined;
    this.rate.reset();
    this.delays.reset();
  }

  /** Forgets people and counts, which start again or are those of another camera. */
  forget(): void {
    this.crowd = undefined;
    this.counted = undefined;
    for (const table of [this.counts, this.lineCounts, this.zoneCounts]) table.clear();
  }

  read(nowMs: number): Figures {
    const crowd = this.crowd && nowMs - this.crowd.seen.heardMs < this.crowd.lifeMs ? this.crowd : undefined;
    return {
      people: crowd === undefined ? this.persons() : { kind: 'estimated', total: crowd.total },
      risk: crowd?.risk,
      counts: [...this.counts].map(([name, count]) => ({ class: name, count })).toSorted(peopleFirst),
      lines: [...this.lineCounts.values()],
      zones: [...this.zoneCounts.values()],
      crowdAgeS: ageS(crowd?.seen, nowMs),
      countsAgeS: ageS(this.counted, nowMs),
      perSecond: this.perSecond(nowMs),
      delayMs: this.delays.middle(),
      silentS: this.silence(nowMs),
    };
  }

  /** Results a second; of those that come seldom by the time between the last two. */
  private perSecond(nowMs: number): number | undefined {
    const { gapMs } = this;
    const seldom = gapMs !== undefined && gapMs >= SELDOM_MS && this.silence(nowMs) === undefined;
    return seldom ? 1000 / gapMs : this.rate.perSecond(nowMs);
  }

  /** Whole seconds without a result, once there should have been one. */
  private silence(nowMs: number): number | undefined {
    const silentMs = nowMs - (this.heardMs ?? nowMs);
    const usualMs = Math.min(LONGEST_SILENCE_MS, Math.max(SILENCE_MS, PATIENCE * (this.gapMs ?? 0)));
    return silentMs >= usualMs ? Math.floor(silentMs / 1000) : undefined;
  }

  /** Age up to which a crowd result of now is shown: half as long again as it took from the last one, ms. */
  private crowdLife({ heardMs, delayMs }: Seen): number {
    const sinceMs = heardMs - (this.crowd?.seen.heardMs ?? heardMs);
    const usualMs = PATIENCE * Math.max(sinceMs, delayMs);
    return Math.min(LONGEST_CROWD_LIFE_MS, Math.max(CROWD_LIFE_MS, usualMs));
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

/** Age of a figure in whole seconds; undefined while it is too young for that to be told. */
function ageS(seen: Seen | undefined, nowMs: number): number | undefined {
  const seconds = seen === undefined ? 0 : Math.floor((nowMs - seen.heardMs + seen.delayMs) / 1000);
  return seconds >= OLD_S ? seconds : undefined;
}
