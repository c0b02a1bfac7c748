// Results that tests of several rooms begin with.
import type { AnalyticsResult } from '../protocol/analytics';

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
