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

/** What `of` says of the row at each moment; rows may be told as they were `earlierS` before. */
export function values(
  rows: readonly Row[],
  range: Range,
  of: (row: Row) => number | undefined,
  earlierS = 0,
): Values {
  const byMoment = new Map(rows.map((row) => [row.fromS + earlierS, row]));
  return moments(range).map((moment) => {
    const row = byMoment.get(moment);
    return (row && of(row)) ?? null;
  });
}

/** Names of the zones in any of the rows. */
export function zonesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => [...row.zones.keys()]))];
}

/** Whether there is any number among these. */
export function holdsAny(...all: readonly Values[]): boolean {
  return all.some((each) => each.some((value) => value !== null));
}
