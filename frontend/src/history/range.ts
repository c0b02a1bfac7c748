// The time that is shown, as the page's address says it. In: the query of an address, and now. Out: a time
// from and to, with the length of a row, and the other way round. Pure.

export const SPANS = {
  hour: { word: 'Hour', seconds: 3_600, step: '1m', stepS: 60 },
  day: { word: 'Day', seconds: 86_400, step: '15m', stepS: 900 },
  week: { word: 'Week', seconds: 604_800, step: '1h', stepS: 3_600 },
  month: { word: 'Month', seconds: 2_592_000, step: '1h', stepS: 3_600 },
} as const;

export type SpanName = keyof typeof SPANS;

export interface Wanted {
  camera: string | undefined;
  /** A time up to now. */
  span: SpanName;
  /** A time that somebody has chosen in a chart, seconds since 1970; undefined: the span. */
  between: { fromS: number; toS: number } | undefined;
}

export interface Range {
  fromS: number;
  toS: number;
  step: '1m' | '5m' | '15m' | '1h';
  stepS: number;
}

const STEPS = [
  { step: '1m', stepS: 60 },
  { step: '5m', stepS: 300 },
  { step: '15m', stepS: 900 },
  { step: '1h', stepS: 3_600 },
] as const;

/** Most rows that are asked for, but for the longest step. */
const MOST_ROWS = 400;

/** Longest time that is shown, seconds: a year. */
const LONGEST_S = 366 * 86_400;

/** Latest moment of which anybody asks, seconds since 1970: far from what numbers of a date can say. */
const LATEST_S = 4e9;

export function wantedOf(search: string): Wanted {
  const query = new URLSearchParams(search);
  const span = query.get('span');
  const [fromS, toS] = [Number(query.get('from') ?? ''), Number(query.get('to') ?? '')];
  const makesSense =
    Number.isSafeInteger(fromS) && Number.isSafeInteger(toS) && fromS > 0 && toS > fromS && toS < LATEST_S;
  return {
    camera: query.get('camera') || undefined,
    span: isSpan(span) ? span : 'day',
    between: makesSense ? { fromS, toS } : undefined,
  };
}

export function withWanted({ camera, span, between }: Wanted): string {
  const query = new URLSearchParams();
  if (camera !== undefined) query.set('camera', camera);
  if (between === undefined) query.set('span', span);
  else
    for (const [name, value] of [
      ['from', between.fromS],
      ['to', between.toS],
    ] as const)
      query.set(name, String(value));
  return `?${query.toString()}`;
}

export function rangeOf({ span, between }: Wanted, nowS: number): Range {
  if (between === undefined) {
    const { seconds, step, stepS } = SPANS[span];
    // To the end of the row that is being filled.
    const toS = Math.ceil(nowS / stepS) * stepS;
    return { fromS: toS - seconds, toS, step, stepS };
  }
  const fromS = Math.max(between.fromS, between.toS - LONGEST_S);
  const length = between.toS - fromS;
  const fitting = STEPS.find(({ stepS }) => length / stepS <= MOST_ROWS) ?? STEPS[3];
  const down = Math.floor(fromS / fitting.stepS) * fitting.stepS;
  return { ...fitting, fromS: down, toS: Math.ceil(between.toS / fitting.stepS) * fitting.stepS };
}

function isSpan(word: string | null): word is SpanName {
  return word !== null && Object.hasOwn(SPANS, word);
}
