// What the page shows, as one value. In: nothing; these are the nouns between the session and the components.
// Out: types and the snapshot before anything has happened. How any of it is worded or laid out does not
// belong here.
import type { AnalyticsView } from './analytics';
import { EVERYTHING } from '../results/layers';
import type { ConnectionState } from '../connection/connection';
import { type Hello, LEVELS, type Rung, SCALES, type Status } from '../protocol/protocol';
import { START, type QualityView } from '../quality/quality';

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
  picture: { width: number; height: number; rung: Rung } | undefined;
  analytics: AnalyticsView;
}

const noAnalytics: AnalyticsView = {
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

export const emptySnapshot: Snapshot = {
  connection: { kind: 'connecting', tries: 0 },
  retryInS: undefined,
  hello: undefined,
  status: undefined,
  quality: {
    mode: 'automatic',
    rung: START,
    levels: LEVELS,
    scales: SCALES,
    style: 'smooth',
    reason: { kind: 'paused', pause: 'disconnected' },
    history: { samples: [], steps: [] },
    nowMs: 0,
  },
  fps: undefined,
  paintedFps: undefined,
  delayMs: undefined,
  roundTripMs: undefined,
  dropped: 0,
  unreadable: 0,
  picture: undefined,
  analytics: noAnalytics,
};
