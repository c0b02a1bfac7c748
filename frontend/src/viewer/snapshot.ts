// What the page shows, as one value. In: nothing; these are the nouns between the session and the components. Out: types
// and the snapshot before anything has happened. How any of it is worded or laid out does not belong here.
import type { AnalyticsView } from '../analytics/analytics';
import { EVERYTHING } from '../analytics/layers';
import type { ConnectionState } from '../connection/connection';
import type { Mode } from '../quality/controller';
import { HIGHEST_LEVEL, type Hello, LEVEL_STEP, LOWEST_LEVEL, type Status } from '../protocol/protocol';

export interface LastStep {
  from: number;
  to: number;
  reason: string;
  secondsAgo: number;
}

export interface QualityView {
  mode: Mode;
  level: number;
  levels: readonly number[];
  /** Why the level is what it is, right now. */
  reason: string;
  lastStep: LastStep | undefined;
}

export interface Snapshot {
  connection: ConnectionState;
  /** Whole seconds until the next try; only while waiting. */
  retryInS: number | undefined;
  hello: Hello | undefined;
  /** Undefined until the server has said how the camera is on this connection. */
  status: Status | undefined;
  quality: QualityView;
  /** Frames received and painted a second; undefined while unknown. */
  fps: number | undefined;
  paintedFps: number | undefined;
  /** From capture to paint. */
  delayMs: number | undefined;
  roundTripMs: number | undefined;
  /** Frames this browser received but did not paint, because newer ones were there first. */
  dropped: number;
  /** Messages and frames that could not be read. */
  unreadable: number;
  /** The picture painted last. */
  picture: { width: number; height: number; level: number } | undefined;
  analytics: AnalyticsView;
}

const noAnalytics: AnalyticsView = {
  offer: { kind: 'unknown' },
  choices: EVERYTHING,
  bars: {},
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

export const emptySnapshot: Snapshot = {
  connection: { kind: 'connecting', tries: 0 },
  retryInS: undefined,
  hello: undefined,
  status: undefined,
  quality: { mode: 'automatic', level: HIGHEST_LEVEL, levels: wholeLadder(), reason: 'not connected', lastStep: undefined },
  fps: undefined,
  paintedFps: undefined,
  delayMs: undefined,
  roundTripMs: undefined,
  dropped: 0,
  unreadable: 0,
  picture: undefined,
  analytics: noAnalytics,
};

/** What the protocol allows, shown until the server has said what it offers. */
function wholeLadder(): number[] {
  const rungs = (HIGHEST_LEVEL - LOWEST_LEVEL) / LEVEL_STEP + 1;
  return Array.from({ length: rungs }, (_, rung) => LOWEST_LEVEL + rung * LEVEL_STEP);
}
