// The state of the server: its metrics as figures, what it says of itself, and words for them.
import { describe, expect, it } from 'vitest';
import { readAudit } from './audit';
import { outcomeOf, revocationOf } from './credentials';
import { cameraFigures, type Looks, serverFigures } from './figures';
import { readSamples, sumOf } from './metrics';
import { readServer, readWrongs } from './server';
import { certificateWord, historyWord, longWord, modelWord, rungsWord, sentWord } from './words';

const FIRST = `
# HELP steadycast_viewers Viewers now
# TYPE steadycast_viewers gauge
steadycast_viewers{camera="yard",level="60"} 1
steadycast_viewers{camera="yard",level="80"} 2
steadycast_viewers{camera="yard",level="30"} 0
steadycast_frames_sent_total{camera="yard",level="60"} 100
steadycast_frames_sent_total{camera="yard",level="80"} 200
steadycast_bytes_sent_total{camera="yard"} 1000000
steadycast_analytics_results_total{camera="yard",model="detect"} 50
steadycast_encode_load 0.25
steadycast_encode_seconds_bucket{level="60",le="0.01"} 5
steadycast_certificate_expiry_seconds inf
steadycast_history_up 1
steadycast_history_bytes 61440
steadycast_panics_total{where="encode"} 1
steadycast_panics_total{where="read"} 2
`;

const SECOND = FIRST.replace('"60"} 100', '"60"} 190')
  .replace('"80"} 200', '"80"} 380')
  .replace('} 1000000', '} 2500000')
  .replace('} 50', '} 80');

const look = (atMs: number, text: string) => ({ atMs, samples: readSamples(text) });
const looks: Looks = { now: look(5_000, SECOND), before: look(2_000, FIRST) };

describe('metrics', () => {
  it('are read line by line, without buckets, and what makes no sense is passed over', () => {
    const samples = readSamples(
      'a 1\nb{x="1"} 2 1700000000\nnonsense\nc{x="a\\"b\\n"} x\nd_bucket{le="1"} 3\n',
    );
    expect(samples.map(({ name, value }) => [name, value])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    const [odd] = readSamples('c{x="a\\"b\\\\n",y="}"} +Inf');
    expect([odd?.labels.get('x'), odd?.labels.get('y'), odd?.value]).toEqual(['a"b\\n', '}', Infinity]);
  });

  it('add up by their labels', () => {
    expect(sumOf(looks.now.samples, 'steadycast_viewers', { camera: 'yard' })).toBe(3);
    expect(sumOf(looks.now.samples, 'steadycast_viewers', { camera: 'gate' })).toBeUndefined();
  });
});

describe('figures', () => {
  it('of the server are told as they are', () => {
    expect(serverFigures(looks)).toEqual({
      encodeLoad: 0.25,
      isHistoryUp: true,
      historyBytes: 61_440,
      certificateS: Infinity,
      faults: 3,
    });
  });

  it('of a camera are rates between two looks, of each viewer and of all', () => {
    const figures = cameraFigures(looks, 'yard');
    expect(figures.rungs).toEqual([
      { level: 80, viewers: 2 },
      { level: 60, viewers: 1 },
    ]);
    expect(figures.sentFps).toBeCloseTo(30);
    expect(figures.sentMbits).toBeCloseTo(4);
    expect([figures.detectRate, figures.crowdRate]).toEqual([10, undefined]);
    expect(rungsWord(figures)).toBe('80 (2×), 60');
    expect(sentWord(figures)).toBe('30.0 FPS each, 4.0 Mbit/s');
  });

  it.each([
    ['there is one look', { now: looks.now, before: undefined }],
    ['the looks are far apart', { now: { ...looks.now, atMs: 600_000 }, before: looks.before }],
    ['the server began anew', { now: look(5_000, FIRST), before: look(2_000, SECOND) }],
  ])('have no rates where %s', (_, odd: Looks) => {
    const { sentFps, sentMbits, detectRate } = cameraFigures(odd, 'yard');
    expect([sentFps, sentMbits, detectRate]).toEqual([undefined, undefined, undefined]);
  });
});

describe('what the server says of itself', () => {
  const camera = {
    camera: 'yard',
    state: 'streaming',
    reason: '',
    fps: 29.9,
    viewers: 2,
    analytics: { crowd: { state: 'off' }, detect: { state: 'running' } },
  };

  it('is read, with each camera once', () => {
    const server = readServer({ server: '0.1.0', uptime_seconds: 90, cameras: [camera] });
    expect(server?.cameras).toMatchObject([
      { name: 'yard', fps: 29.9, viewers: 2, models: { detect: { state: 'running' } } },
    ]);
    expect(readServer({ server: '0.1.0', uptime_seconds: 90, cameras: [{}] })).toBeUndefined();
  });

  it('has what does not work also while a camera has no picture', () => {
    const refused = { kind: 'refused', status: 503, code: 'no_picture', message: 'no picture yet' } as const;
    expect(readWrongs({ kind: 'ok', body: { status: 'ready', degraded: [] } })).toEqual([]);
    expect(readWrongs({ ...refused, degraded: ['ntfy: no'] })).toEqual(['no picture yet', 'ntfy: no']);
    expect(readWrongs({ ...refused, code: 'token_needed' })).toBeUndefined();
    expect(readWrongs({ kind: 'silent' })).toBeUndefined();
  });

  it('has who changed what', () => {
    const entry = {
      id: 3,
      time: '2026-11-29T12:31:40+00:00',
      who: 'anna',
      address: '127.0.0.1',
      action: 'changed',
      camera: 'yard',
      detail: 'rules',
      outcome: 'bad_camera',
    };
    const entries = readAudit({ entries: [entry, { ...entry, camera: null, detail: '', outcome: 'done' }] });
    expect(entries?.map(({ what, refused }) => [what, refused])).toEqual([
      ['changed yard: rules', 'bad_camera'],
      ['changed', undefined],
    ]);
    const [made] = readAudit({ entries: [{ ...entry, detail: 'until 2026-11-30T12:54:22+00:00' }] }) ?? [];
    expect(made?.what).toMatch(/^changed yard: until .*2026/);
    expect(made?.what).not.toContain('T12:54');
    expect(readAudit({ entries: [{}] })).toBeUndefined();
  });
});

describe('a credential', () => {
  it('is made, or words say why not', () => {
    const read = () => 'it';
    expect(outcomeOf({ kind: 'ok', body: {} }, read)).toEqual({ made: 'it' });
    expect(outcomeOf({ kind: 'silent' }, read)).toEqual({ wrong: 'The server does not answer' });
    const refused = {
      kind: 'refused',
      status: 503,
      code: 'no_token_key',
      message: 'there is no key',
    } as const;
    expect(outcomeOf(refused, read)).toEqual({ wrong: 'There is no key' });
    expect(outcomeOf({ kind: 'ok', body: 'odd' }, read)).toHaveProperty('wrong');
  });

  it('is revoked by its link, by itself, or by its id', () => {
    const token = `eyJ.${'x'.repeat(70)}.y`;
    expect(revocationOf(` https://cam.example/?camera=yard&token=${token}#a `)).toEqual({ token });
    expect(revocationOf(token)).toEqual({ token });
    expect(revocationOf('guard.1')).toEqual({ id: 'guard.1' });
  });
});

describe('words', () => {
  it.each([
    [45, '45 s'],
    [90_000, '1 day'],
    [2_678_400, '31 days'],
  ])('%d seconds are %s', (seconds, word) => {
    expect(longWord(seconds)).toBe(word);
  });

  it('say how history, the certificate and models fare', () => {
    const figures = serverFigures(looks);
    expect(historyWord(figures)).toBe('0.1 MB');
    expect(historyWord({ ...figures, isHistoryUp: false })).toBe('Not written');
    expect(historyWord({ ...figures, isHistoryUp: false, historyBytes: 0 })).toBe('Not kept');
    expect([undefined, Infinity, -1, 90_000].map(certificateWord)).toEqual([
      '–',
      'No TLS here',
      'Has ended',
      'Ends in 1 day',
    ]);
    expect(modelWord({ state: 'running' }, 9.96)).toBe('10.0 a second');
    expect(modelWord({ state: 'off' }, undefined)).toBe('Off');
  });
});
