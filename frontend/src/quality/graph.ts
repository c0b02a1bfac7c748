// The last two minutes as lines. In: samples and steps. Out: SVG path data in a box of WIDTH by three lanes,
// marks and bands on it. Pure; colours and markup are HistoryGraph's.
import type { Rung } from '../protocol/protocol';
import type { Pause, Reason } from './decision';
import { type Past, type Sample, SPAN_MS, type Taken } from './history';
import { cost } from './rungs';

/** A unit is a tenth of a second. */
export const WIDTH = SPAN_MS / 100;
export const LANE = 40;
/** Lines keep away from the border of their lane. */
const MARGIN = 3;

/** The rate that a lane of FPS ends at, unless there were more. */
const TOP_FPS = 35;
const DELAY_TOPS_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/**
 * A sample speaks for the time until the next, but no longer than this unless it says that nothing was to be
 * seen.
 */
const LASTS_MS = 2_500;

/** What made a step: too thin a link, too slow a browser, room for more, or somebody's choice. */
export type Cause = 'link' | 'browser' | 'room' | 'choice';

export interface Graph {
  fps: string;
  delay: string;
  fpsTop: number;
  delayTopMs: number;
  /** The rung, filled down to the ground of its lane: a stretch for each picture size. */
  sizes: { scale: number; left: number; path: string }[];
  marks: { left: number; cause: Cause; step: Taken }[];
  /** Times in which nothing could be judged. */
  bands: { left: number; width: number; pause: Pause }[];
}

type Stretch = Sample & { left: number; right: number };

export function graphOf({ samples, steps }: Past): Graph {
  const endMs = Math.max(samples.at(-1)?.atMs ?? 0, steps.at(-1)?.atMs ?? 0);
  const leftOf = (atMs: number) => WIDTH - (endMs - atMs) / 100;
  const stretches = samples.map((sample, n) => {
    const untilMs = samples[n + 1]?.atMs ?? endMs;
    const lastsMs = isAway(sample.pause) ? untilMs : Math.min(untilMs, sample.atMs + LASTS_MS);
    return { ...sample, left: leftOf(sample.atMs), right: leftOf(lastsMs) };
  });
  const fpsTop = Math.max(TOP_FPS, ...samples.map(({ fps }) => fps ?? 0));
  const slowest = Math.max(...samples.map(({ delayMs }) => delayMs ?? 0));
  const delayTopMs = DELAY_TOPS_MS.find((top) => slowest <= top) ?? slowest;
  return {
    fps: line(stretches, ({ fps }) => fps, fpsTop),
    delay: line(stretches, ({ delayMs }) => delayMs, delayTopMs),
    fpsTop,
    delayTopMs,
    sizes: sizesOf(stretches),
    marks: steps
      .map((step) => ({ left: leftOf(step.atMs), cause: causeOf(step.reason), step }))
      .filter(({ left }) => left >= 0),
    bands: bandsOf(stretches),
  };
}

function heightOf(value: number, top: number): number {
  return LANE - MARGIN - (LANE - 2 * MARGIN) * Math.min(1, Math.max(0, value / top));
}

/** A line from sample to sample, with gaps where nothing is known. */
function line(
  stretches: readonly Stretch[],
  valueOf: (sample: Sample) => number | undefined,
  top: number,
): string {
  let broken = true;
  let path = '';
  for (const [n, stretch] of stretches.entries()) {
    const value = isAway(stretch.pause) ? undefined : valueOf(stretch);
    if (value !== undefined)
      path += `${broken ? 'M' : 'L'}${rounded(stretch.left)} ${rounded(heightOf(value, top))}`;
    const next = stretches[n + 1];
    broken = value === undefined || (next !== undefined && next.left > stretch.right);
  }
  return path;
}

function sizesOf(stretches: readonly Stretch[]): Graph['sizes'] {
  const sizes: Graph['sizes'] = [];
  let rightmost = -Infinity;
  for (const { rung, left, right } of stretches) {
    const last = sizes.at(-1);
    const height = rounded(heightOf(rank(rung), 1));
    const column = `V${height}H${rounded(right)}`;
    if (last?.scale === rung.scale && left <= rightmost) last.path += column;
    else sizes.push({ scale: rung.scale, left, path: `M${rounded(left)} ${LANE}${column}` });
    rightmost = right;
  }
  // Each ends on the ground, where the next one begins.
  return sizes.map((size) => ({ ...size, path: `${size.path}V${LANE}Z` }));
}

function bandsOf(stretches: readonly Stretch[]): Graph['bands'] {
  const bands: Graph['bands'] = [];
  let rightmost = -Infinity;
  for (const { pause, left, right } of stretches) {
    if (!isAway(pause)) continue;
    const last = bands.at(-1);
    if (last?.pause === pause && left <= rightmost) last.width = right - last.left;
    else bands.push({ left, width: right - left, pause });
    rightmost = right;
  }
  return bands;
}

/** Whether pictures or their viewer were away; a rung chosen by hand is no such thing. */
function isAway(pause: Pause | undefined): pause is Exclude<Pause, 'by_hand'> {
  return pause !== undefined && pause !== 'by_hand';
}

const [CHEAPEST, DEAREST] = [cost({ level: 30, scale: 8 }), cost({ level: 95, scale: 1 })];

/** How far up the ladder of all sizes, 0 to 1: each step up is about as many percent of bytes more. */
function rank(rung: Rung): number {
  return Math.log(cost(rung) / CHEAPEST) / Math.log(DEAREST / CHEAPEST);
}

function causeOf({ kind }: Reason): Cause {
  if (kind === 'slow' || kind === 'silent') return 'link';
  if (kind === 'device') return 'browser';
  return kind === 'room' ? 'room' : 'choice';
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
