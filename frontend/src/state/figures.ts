// How hard the server works, out of its metrics. In: two looks at them, one behind the other. Out: figures of
// the server and of each camera; what grows is told as a rate between the looks. What nobody measured is
// undefined. Pure.
import { type Sample, samplesOf, sumOf } from './metrics';

/** Metrics at a moment. */
export interface Look {
  atMs: number;
  samples: readonly Sample[];
}

/** The newest look, and the one before it. */
export interface Looks {
  now: Look;
  before: Look | undefined;
}

/** Longest time between two looks of which a rate says how things are now, ms. */
const LONGEST_MS = 20_000;

const BITS_PER_BYTE = 8;

export interface ServerFigures {
  /** Time that all wanted levels take, as a share of the encoders' time. */
  encodeLoad: number | undefined;
  /** Whether history is written; undefined where that is not told. */
  isHistoryUp: boolean | undefined;
  /** Size of history's database, bytes. */
  historyBytes: number | undefined;
  /** Time until the certificate ends, s; infinite without one. */
  certificateS: number | undefined;
  /** Faults of the program since its start. */
  faults: number;
}

export interface CameraFigures {
  /** Viewers of each level, highest level first; levels without viewers are left out. */
  rungs: readonly { level: number; viewers: number }[];
  /** Levels whose viewers get a lower one. */
  merged: number;
  /** Frames a second that a viewer gets on average. */
  sentFps: number | undefined;
  /** Data that goes to all viewers, Mbit/s. */
  sentMbits: number | undefined;
  /** Results of each model a second. */
  crowdRate: number | undefined;
  detectRate: number | undefined;
}

export function serverFigures({ now: { samples } }: Looks): ServerFigures {
  const up = sumOf(samples, 'steadycast_history_up');
  return {
    encodeLoad: sumOf(samples, 'steadycast_encode_load'),
    isHistoryUp: up === undefined ? undefined : up > 0,
    historyBytes: sumOf(samples, 'steadycast_history_bytes'),
    certificateS: sumOf(samples, 'steadycast_certificate_expiry_seconds'),
    faults: sumOf(samples, 'steadycast_panics_total') ?? 0,
  };
}

export function cameraFigures(looks: Looks, camera: string): CameraFigures {
  const { samples } = looks.now;
  const rungs = rungsOf(samples, camera);
  const viewers = rungs.reduce((sum, rung) => sum + rung.viewers, 0);
  const rate = (name: string, labels = {}) => rateOf(looks, name, { camera, ...labels });
  const [frames, bytes] = [rate('steadycast_frames_sent_total'), rate('steadycast_bytes_sent_total')];
  const results = (model: string) => rate('steadycast_analytics_results_total', { model });
  return {
    rungs,
    merged: sumOf(samples, 'steadycast_rungs_merged', { camera }) ?? 0,
    sentFps: viewers === 0 || frames === undefined ? undefined : frames / viewers,
    sentMbits: bytes === undefined ? undefined : (bytes * BITS_PER_BYTE) / 1e6,
    crowdRate: results('crowd'),
    detectRate: results('detect'),
  };
}

function rungsOf(samples: readonly Sample[], camera: string): { level: number; viewers: number }[] {
  return samplesOf(samples, 'steadycast_viewers', { camera })
    .map(({ labels, value }) => ({ level: Number(labels.get('level')), viewers: value }))
    .filter(({ viewers }) => viewers > 0)
    .toSorted((one, other) => other.level - one.level);
}

/** Growth of a counter a second between two looks; undefined where there are no two, or it began anew. */
function rateOf({ now, before }: Looks, name: string, labels: Readonly<Record<string, string>>) {
  const [last, first] = [sumOf(now.samples, name, labels), before && sumOf(before.samples, name, labels)];
  const lasting = before === undefined ? 0 : now.atMs - before.atMs;
  if (last === undefined || lasting <= 0 || lasting > LONGEST_MS) return undefined;
  const grown = last - (first ?? 0);
  return grown < 0 ? undefined : (grown * 1000) / lasting;
}
