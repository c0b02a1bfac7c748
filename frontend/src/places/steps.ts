// Changes that can be undone. In: values, one after the other. Out: the one that holds, and those before and
// after it. Pure.

/** Most steps that can be undone. */
const MOST = 200;

export interface Steps<T> {
  readonly before: readonly T[];
  readonly now: T;
  readonly after: readonly T[];
  /** What was done last; more of the same is one step with it. */
  readonly last: string | undefined;
}

export function beginWith<T>(now: T): Steps<T> {
  return { before: [], now, after: [], last: undefined };
}

/** A step on; `what` names one that goes on, such as a drag, and is undone as a whole. */
export function did<T>(steps: Steps<T>, now: T, what?: string): Steps<T> {
  if (what !== undefined && what === steps.last) return { ...steps, now, after: [] };
  return { before: [...steps.before, steps.now].slice(-MOST), now, after: [], last: what };
}

export function undone<T>(steps: Steps<T>): Steps<T> {
  const now = steps.before.at(-1);
  if (now === undefined) return steps;
  return { before: steps.before.slice(0, -1), now, after: [steps.now, ...steps.after], last: undefined };
}

export function redone<T>(steps: Steps<T>): Steps<T> {
  const [now, ...after] = steps.after;
  if (now === undefined) return steps;
  return { before: [...steps.before, steps.now], now, after, last: undefined };
}
