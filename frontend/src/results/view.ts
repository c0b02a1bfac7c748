// What the page shows of the analytics, as one value. In: nothing; this is the noun between the session and
// the panel. Out: the type, and its value before anything has happened. How any of it is worded or laid out
// does not belong here.
import type { Figures } from './figures';
import { type Choices, EVERYTHING, type Layers } from './layers';
import type { Bars, Offer } from './service';

export interface AnalyticsView extends Figures {
  offer: Offer;
  choices: Choices;
  /** Layers that have nothing to show, with the reason. */
  bars: Bars;
  /** Layers whose results are too old to be drawn, with how many seconds late they are. */
  late: Readonly<Partial<Record<keyof Layers, number>>>;
  /** Last change of risk in a sentence, for those who hear the page. */
  riskNews: string | undefined;
}

export const NOTHING_YET: AnalyticsView = {
  offer: { kind: 'unknown' },
  choices: EVERYTHING,
  bars: {},
  late: {},
  riskNews: undefined,
  people: { kind: 'unknown' },
  risk: undefined,
  counts: [],
  lines: [],
  zones: [],
  perSecond: undefined,
  delayMs: undefined,
  silentS: undefined,
};
