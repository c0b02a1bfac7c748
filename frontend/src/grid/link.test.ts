import { describe, expect, it } from 'vitest';
import { emptySnapshot, type Snapshot } from '../live/snapshot';
import type { Status } from '../protocol/protocol';
import { linkOf, linkWord } from './link';

function at(fps: number | undefined, state: Status['state'] = 'streaming'): Snapshot {
  const status = { kind: 'status', state, fps: 30, viewers: 1, skipped: 0 } as unknown as Status;
  return { ...emptySnapshot, connection: { kind: 'open' }, status, fps };
}

describe('the link of a tile', () => {
  it('is told by the share of the frames that come', () => {
    expect([30, 20, 5].map((fps) => linkOf(at(fps)))).toEqual(['good', 'fair', 'poor']);
    expect(linkWord(at(20))).toBe('Fair link: 20 frames a second');
  });

  it('is none where no frames are to come', () => {
    expect([linkOf(emptySnapshot), linkOf(at(undefined))]).toEqual(['none', 'none']);
    expect(linkOf(at(0, 'reconnecting'))).toBe('none');
    expect(linkWord(at(0, 'stopped'))).toBe('No frames come');
  });
});
