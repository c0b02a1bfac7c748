// How well a tile's frames come. In: a snapshot. Out: a word for the dot beside the name, and a sentence.
// Pure; no markup.
import { delivers } from '../protocol/protocol';
import type { Snapshot } from '../live/snapshot';
import { fixed } from '../ui/numbers';

export type Link = 'good' | 'fair' | 'poor' | 'none';

/** Shares of the camera's rate from which on frames come well, and fairly. */
const GOOD = 0.8;
const FAIR = 0.4;

export function linkOf({ connection, status, fps }: Snapshot): Link {
  if (connection.kind !== 'open' || status === undefined || !delivers(status.state)) return 'none';
  const share = (fps ?? 0) / Math.max(1, status.fps);
  if (share >= GOOD) return 'good';
  return share >= FAIR ? 'fair' : 'poor';
}

export function linkWord(snapshot: Snapshot): string {
  const link = linkOf(snapshot);
  if (link === 'none') return 'No frames come';
  return `${link === 'good' ? 'Good' : link === 'fair' ? 'Fair' : 'Poor'} link: ${fixed(snapshot.fps, 0)} frames a second`;
}
