import { describe, expect, it } from 'vitest';
import { emptySnapshot, type Snapshot } from '../live/snapshot';
import type { Status } from '../protocol/protocol';
import { reportOf } from './report';

const PLACE = {
  now: '2026-03-02T10:00:00Z',
  browser: 'A browser',
  window: { width: 1280, height: 800, pixels: 2 },
};

describe('the report', () => {
  it('says what is known, a line each', () => {
    const status = {
      kind: 'status',
      state: 'streaming',
      fps: 34,
      viewers: 2,
      skipped: 7,
      degraded: ['one level is merged'],
    } as unknown as Status;
    const step = {
      kind: 'step',
      atMs: 1000,
      from: { level: 60, scale: 1 },
      to: { level: 65, scale: 1 },
      reason: { kind: 'room', fps: 33.5 },
    } as const;
    const snapshot: Snapshot = {
      ...emptySnapshot,
      connection: { kind: 'open' },
      camera: 'yard',
      status,
      quality: { ...emptySnapshot.quality, history: { samples: [], steps: [step] }, nowMs: 31_000 },
      fps: 33.5,
      paintedFps: 33,
      mbit: 6.02,
      delayMs: 67,
      roundTripMs: 2,
      picture: { width: 1280, height: 720, rung: { level: 65, scale: 1 } },
    };
    const report = reportOf(snapshot, PLACE);
    for (const line of [
      'Steadycast of an unknown version, 2026-03-02T10:00:00Z',
      'camera: yard, streaming, 2 viewers',
      'connection: Connected',
      'picture: 1280x720, 33.5 FPS of 34.0, 33.0 painted',
      'delay: 67 ms, round trip 2 ms',
      'data: 6.0 Mbit/s',
      'skipped: 7 by the server, 0 here, 0 unreadable',
      'trouble: One level is merged',
      'step: 30 s ago, level 60 → 65: all 33.5 FPS arrived',
    ])
      expect(report.split('\n')).toContain(line);
  });

  it('can be made before anything is known, and says why there is no connection', () => {
    expect(reportOf(emptySnapshot, PLACE)).toContain('connection: Connecting\n');
    const connection = { kind: 'waiting', untilMs: 0, message: 'Connection lost' } as const;
    expect(reportOf({ ...emptySnapshot, connection }, PLACE)).toContain(
      'connection: Disconnected, Connection lost\n',
    );
  });
});
