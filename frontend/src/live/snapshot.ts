// What the page shows, as one value. In: nothing; these are the nouns between the session and the components.
// Out: types and the snapshot before anything has happened. How any of it is worded or laid out does not
// belong here.
import type { ConnectionState } from '../connection/connection';
import { type Hello, LEVELS, type Rung, SCALES, type Status } from '../protocol/protocol';
import { START, type QualityView } from '../quality/quality';
import { type AnalyticsView, NOTHING_YET } from '../results/view';

export interface Snapshot {
  connection: ConnectionState;
  /** Whole seconds until the next try; undefined unless the connection is waiting. */
  retryInS: number | undefined;
  /** Name of the camera, as it was asked for and then as the server says it; undefined while unknown. */
  camera: string | undefined;
  hello: Hello | undefined;
  /** The server's last word on the camera; undefined until it has said one on this connection. */
  status: Status | undefined;
  quality: QualityView;
  /** Frames received a second; undefined while unknown. */
  fps: number | undefined;
  /** Frames painted a second; undefined while unknown. */
  paintedFps: number | undefined;
  /** Megabits of pictures received a second; undefined while unknown. */
  mbit: number | undefined;
  /** Megabits a second that complete pictures would take; undefined where only such ones come. */
  wholeMbit: number | undefined;
  /** Bytes that the camera has taken of this device's link today, in all pages of the browser. */
  todayBytes: number;
  /** Milliseconds from capture to paint. */
  delayMs: number | undefined;
  roundTripMs: number | undefined;
  /** Number of frames that this browser received but did not paint, because newer ones were there first. */
  dropped: number;
  /** Number of messages and frames that could not be read. */
  unreadable: number;
  /** The picture painted last: its size in pixels and its rung. */
  picture: { width: number; height: number; rung: Rung } | undefined;
  analytics: AnalyticsView;
}

export const emptySnapshot: Snapshot = {
  connection: { kind: 'connecting', tries: 0 },
  retryInS: undefined,
  camera: undefined,
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
  mbit: undefined,
  wholeMbit: undefined,
  todayBytes: 0,
  delayMs: undefined,
  roundTripMs: undefined,
  dropped: 0,
  unreadable: 0,
  picture: undefined,
  analytics: NOTHING_YET,
};
