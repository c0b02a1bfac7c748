// How far an upload is. In: bytes that have left, and when. Out: its share, its rate over the last seconds,
// and the time that is left. Pure.

/** Time over which the rate is taken, ms: a rate of less jumps, one of more says what was. */
const OVER_MS = 5_000;

interface Mark {
  atMs: number;
  bytes: number;
}

export interface Progress {
  total: number;
  /** What was told in the last seconds, the newest last. */
  marks: readonly Mark[];
}

export function beginning(total: number, nowMs: number): Progress {
  return { total, marks: [{ atMs: nowMs, bytes: 0 }] };
}

export function sent(progress: Progress, bytes: number, nowMs: number): Progress {
  const recent = progress.marks.filter(({ atMs }) => nowMs - atMs <= OVER_MS);
  // One mark that is older: a rate needs two, however seldom anything is told.
  const before = progress.marks.findLast(({ atMs }) => nowMs - atMs > OVER_MS);
  const mark = { atMs: nowMs, bytes: Math.min(bytes, progress.total) };
  return { ...progress, marks: [...(before === undefined ? [] : [before]), ...recent, mark] };
}

/** Share that has left, 0 to 1. */
export function shareOf({ total, marks }: Progress): number {
  return total === 0 ? 1 : (marks.at(-1)?.bytes ?? 0) / total;
}

/** Bytes a second; undefined while too little is known. */
export function rateOf({ marks }: Progress): number | undefined {
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 200) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
}

/** Seconds that are left; undefined while nobody can tell. */
export function leftS(progress: Progress): number | undefined {
  const rate = rateOf(progress);
  if (rate === undefined || rate === 0) return undefined;
  return ((1 - shareOf(progress)) * progress.total) / rate;
}
