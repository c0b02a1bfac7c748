// The pure parts of a connection: waiting, closing codes, the server's clock, silence.
import { describe, expect, it } from 'vitest';
import { retryDelay } from './backoff';
import { bestSample, type ClockSample, keepSample, sampleOf } from './clock_offset';
import { verdictOn } from './closing';
import { isDead } from './silence';

describe('the wait for the next try', () => {
  it('doubles from half a second to ten seconds', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1000].map((failures) => retryDelay(failures, 'broken', 1));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('is spread over the upper half of its step', () => {
    expect([0, 0.5, 1].map((random) => retryDelay(1, 'broken', random))).toEqual([500, 750, 1000]);
  });

  it('is longer for a full server', () => {
    expect(retryDelay(0, 'full', 0)).toBeGreaterThan(retryDelay(0, 'broken', 1));
    expect(retryDelay(50, 'full', 1)).toBe(30_000);
  });
});

describe('a closing code', () => {
  it.each([1000, 1001, 1006, 1011, 1013])('%i means another try', (code) => {
    expect(verdictOn(code, '').kind).toBe('retry');
  });

  it.each([
    [1003, 'request'],
    [1008, 'token'],
    [4404, 'camera'],
  ])('%i means the end, because of the %s', (code, why) => {
    expect(verdictOn(code, '')).toMatchObject({ kind: 'stop', why });
  });

  it('1003 passes on what the server said', () => {
    expect(verdictOn(1003, 'level must be 30 to 95').message).toBe('level must be 30 to 95');
  });

  it.each([
    ['your session has ended: log in again', 'your session has ended: log in again'],
    ['log in, or show a token', 'log in, or show a token'],
    ['', 'Log in to watch'],
  ])('1008 passes on which credential has ended: %j', (reason, message) => {
    expect(verdictOn(1008, reason).message).toBe(message);
  });

  it('1013 says what there is too much of', () => {
    expect(verdictOn(1013, 'too many wrong tokens were sent; try again in 4 s')).toMatchObject({
      kind: 'retry',
      message: 'Too many wrong tokens were sent from here, trying again',
    });
  });

  it('1013 says that others must leave first', () => {
    expect(verdictOn(1013, '')).toMatchObject({
      pace: 'full',
      message: 'Viewer limit reached, trying again',
    });
  });
});

describe("the server's clock", () => {
  it('is read in the middle of the round trip', () => {
    // Sent at 1000, answered at 1100; the server said 6050 ms: it is 5000 ms ahead.
    expect(sampleOf(1000, 1100, 6_050_000)).toEqual({ offsetMs: 5000, roundTripMs: 100, atMs: 1100 });
  });

  it('is taken from the quickest answer of the last 30 s', () => {
    let samples: ClockSample[] = [];
    for (const [atMs, roundTripMs, offsetMs] of [
      [0, 5, 1],
      [10_000, 90, 2],
      [20_000, 20, 3],
      [31_000, 40, 4],
    ] as const) {
      samples = keepSample(samples, { atMs, roundTripMs, offsetMs });
    }
    expect(bestSample(samples)?.offsetMs).toBe(3);
  });

  it('is unknown before the first answer', () => {
    expect(bestSample([])).toBeUndefined();
  });
});

describe('an open connection is dead', () => {
  it('when nothing has come for ten seconds', () => {
    const seen = { messageMs: 0, frameMs: 0, camera: undefined };
    expect([9_999, 10_000].map((now) => isDead(seen, now))).toEqual([false, true]);
  });

  it.each(['streaming', 'frozen'] as const)(
    'when the camera is %s but no picture has come for twenty seconds',
    (camera) => {
      const seen = { messageMs: 20_000, frameMs: 0, camera };
      expect([19_999, 20_000].map((now) => isDead(seen, now))).toEqual([false, true]);
    },
  );

  it.each(['reconnecting', 'unknown'] as const)(
    'but not for want of pictures while the camera is %s',
    (camera) => {
      expect(isDead({ messageMs: 60_000, frameMs: 0, camera }, 60_000)).toBe(false);
    },
  );
});
