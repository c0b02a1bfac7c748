// Results that tests of several rooms begin with.
import type { AnalyticsResult } from '../protocol/analytics';
import type { ByClass, LineCount, ZoneCount } from '../protocol/counts';

/** What a result holds that speaks of nothing: everything but its frame and its times. */
export function nothing(): Omit<AnalyticsResult, 'kind' | 'camera' | 'frame' | 'capturedUs' | 'finishedUs'> {
  return {
    counted: undefined,
    crowd: undefined,
    objects: undefined,
    counts: new Map(),
    lines: [],
    zones: [],
    timingsMs: new Map(),
  };
}

/** Counts of a line, of which nobody knows the classes unless they are given. */
export function lineCount(
  id: string,
  [inbound, outbound]: [number, number],
  change: Partial<LineCount['classes']> = {},
): LineCount {
  const none: ByClass = new Map();
  return { id, inbound, outbound, classes: { inbound: none, outbound: none, ...change } };
}

/** Counts of a zone, of which nobody knows more than the total unless it is given. */
export function zoneCount(id: string, occupancy: number, change: Partial<ZoneCount> = {}): ZoneCount {
  const unknown = { standing: undefined, meanDwellS: undefined, longestDwellS: undefined };
  return { id, occupancy, classes: new Map(), ...unknown, ...change };
}
