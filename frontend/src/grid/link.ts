// How well a tile's frames come. In: a snapshot. Out: a word for the mark beside the name, and a sentence.
// Pure; no markup.
import type { Snapshot } from '../live/snapshot';
import { delivers } from '../protocol/protocol';
import { fixed } from '../ui/numbers';

export type Link = 'good' | 'fair' | 'poor' | 'none';

/** Shares of the camera's rate from which on frames come well, and fairly. */
const GOOD = 0.8;
const FAIR = 0.4;

const WORDS: Readonly<Record<Exclude<Link, 'none'>, string>> = { good: 'Good', fair: 'Fair', poor: 'Poor' };

export function linkOf({ connection, status, fps }: Snapshot): Link {
  if (connection.kind !== 'open' || status === undefined || fps === undefined) return 'none';
  if (!delivers(status.state)) return 'none';
  const share = fps / Math.max(1, status.fps);
  if (share >= GOOD) return 'good';
  return share >= FAIR ? 'fair' : 'poor';
}

export function linkWord(snapshot: Snapshot): string {
  const link = linkOf(snapshot);
  if (link === 'none') return 'No frames come';
  return `${WORDS[link]} link: ${fixed(snapshot.fps, 0)} frames a second`;
}
