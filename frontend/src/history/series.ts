// Rows as the charts want them. In: rows, and the time that is shown. Out: a number for each moment of it, or
// null where nobody counted, so that a gap is a gap. Pure.
import type { Range } from './range';
import type { Row } from './rows';

/** Values of one curve; null where there is none. */
export type Values = (number | null)[];

/** Moments of a time, seconds since 1970: the beginning of each row. */
export function moments({ fromS, toS, stepS }: Range): number[] {
  return Array.from(
    { length: Math.max(0, Math.round((toS - fromS) / stepS)) },
    (_, at) => fromS + at * stepS,
  );
}

/** What `of` says of the row at each moment, or of the one at `at` of that moment. */
export function values(
  rows: readonly Row[],
  range: Range,
  of: (row: Row) => number | undefined,
  at: (momentS: number) => number = (momentS) => momentS,
): Values {
  const byMoment = new Map(rows.map((row) => [row.fromS, row]));
  return moments(range).map((moment) => {
    const row = byMoment.get(at(moment));
    return (row && of(row)) ?? null;
  });
}

/** The moment a week before by the clock on the wall, also where that was set meanwhile. */
export function weekBefore(momentS: number): number {
  const date = new Date(momentS * 1000);
  date.setDate(date.getDate() - 7);
  return date.getTime() / 1000;
}

/** Names of the zones in any of the rows. */
export function zonesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.zones)))];
}

/** Whether there is any number among these. */
export function holdsAny(...all: readonly Values[]): boolean {
  return all.some((each) => each.some((value) => value !== null));
}

/** Numbers of the values that have no neighbour, so that no line leads to them. */
export function alone(values: Values): number[] {
  const is = (at: number) => values[at] !== null && values[at] !== undefined;
  return values.flatMap((_, at) => (is(at) && !is(at - 1) && !is(at + 1) ? [at] : []));
}
