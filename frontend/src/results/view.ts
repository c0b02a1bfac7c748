// What the page shows of the analytics, as one value. In: nothing; this is the noun between the session and
// the panel. Out: the type, and its value before anything has happened. How any of it is worded or laid out
// does not belong here.
import type { Loitering } from '../protocol/analytics';
import type { Line, Zone } from '../protocol/places';
import type { Figures } from './figures';
import type { Late } from './lateness';
import { type Choices, EVERYTHING, type Layers } from './layers';
import type { Bars, Offer } from './service';

export interface AnalyticsView extends Figures {
  offer: Offer;
  choices: Choices;
  /** Layers that have nothing to show, with the reason. */
  bars: Bars;
  /** Layers whose results are old, with how late they are. */
  late: Readonly<Partial<Record<keyof Layers, Late>>>;
  /** Lines and zones that are counted on, with what counts there. */
  places: { lines: readonly Line[]; zones: readonly Zone[] };
  /** Who has been in a zone for long, last first. */
  loitering: readonly Loitering[];
  /** Last change of risk, zone too full or one who loiters, in a sentence for those who hear the page. */
  spoken: string | undefined;
}

export const NOTHING_YET: AnalyticsView = {
  offer: { kind: 'unknown' },
  choices: EVERYTHING,
  bars: {},
  late: {},
  places: { lines: [], zones: [] },
  loitering: [],
  spoken: undefined,
  people: { kind: 'unknown' },
  risk: undefined,
  counts: [],
  lines: [],
  zones: [],
  crowdAgeS: undefined,
  countsAgeS: undefined,
  perSecond: undefined,
  delayMs: undefined,
  silentS: undefined,
};
