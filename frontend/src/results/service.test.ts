// What a server has of analytics, by its hellos, its results and what its status says of the models.
import { describe, expect, it } from 'vitest';
import type { AnalyticsResult } from '../protocol/analytics';
import type { Hello } from '../protocol/protocol';
import { nothing } from './fixtures';
import { Service } from './service';

const hello: Hello = {
  kind: 'hello',
  ...{
    run: 'a',
    camera: 'main',
    level: 95,
    scale: 1,
    levels: [95],
    scales: [1],
    width: 1280,
    height: 720,
    server: '1',
  },
  ...{
    analytics: true,
    lines: [{ id: 'gate', from: { x: 0, y: 0 }, to: { x: 1, y: 0 }, at: 'foot', classes: [] }],
    zones: [],
  },
};
const off: Hello = { ...hello, analytics: false };
const failed = (reason: string) => ({ state: 'failed', reason });
const RUNNING = { state: 'running' };

function resultOf(about: Partial<AnalyticsResult>): AnalyticsResult {
  return {
    kind: 'analytics',
    camera: 'main',
    frame: 1,
    capturedUs: 1,
    finishedUs: 2,
    ...nothing(),
    ...about,
  };
}
const objects = resultOf({ objects: [] });
const crowd = resultOf({
  crowd: { total: 1, risk: 'low', grid: { cols: 1, rows: 1, max: 1, cells: new Uint8Array(1) } },
});

/** A service that has heard a hello, and the answer to its question: how both models fare, or nothing. */
async function after(said: Hello, crowdHealth?: object, detect?: object): Promise<Service> {
  const body = crowdHealth && { cameras: [{ camera: 'main', analytics: { crowd: crowdHealth, detect } }] };
  const service = new Service(() => Promise.resolve(body));
  service.hearHello(said);
  for (let i = 0; i < 5; i++) await Promise.resolve();
  return service;
}

describe('the offer', () => {
  it('is unknown before the server has said anything', () => {
    expect(new Service(() => Promise.resolve(undefined)).offer).toEqual({ kind: 'unknown' });
  });

  it('is on where the server says so', async () => {
    expect((await after(hello)).offer).toEqual({ kind: 'on' });
  });

  it('is off without a reason where it was switched off, and where nobody knows', async () => {
    const none = { kind: 'off', reason: undefined };
    expect((await after(off, { state: 'off' }, { state: 'off' })).offer).toEqual(none);
    expect((await after(off)).offer).toEqual(none);
  });

  it('is off with the reasons of the models that failed, each once', async () => {
    expect((await after(off, failed('no file'), { state: 'off' })).offer).toEqual({
      kind: 'off',
      reason: 'no file',
    });
    expect((await after(off, failed('a'), failed('b'))).offer).toEqual({ kind: 'off', reason: 'a; b' });
    expect((await after(off, failed('a'), failed('a'))).offer).toEqual({ kind: 'off', reason: 'a' });
  });

  it('is off with the model that is needed where nobody has named one', async () => {
    const needed = { state: 'off', reason: 'get a real model' };
    const alone = { state: 'off', reason: 'the crowd model is of the scene' };
    expect((await after(off, needed, needed)).offer).toEqual({ kind: 'off', reason: 'get a real model' });
    expect((await after(hello, alone, RUNNING)).bars(true).heat).toBe('the crowd model is of the scene');
  });

  it('does not take an answer for another hello than it asked about', async () => {
    const answers: ((body: unknown) => void)[] = [];
    const service = new Service(() => new Promise((answer) => answers.push(answer)));
    service.hearHello(off);
    service.hearHello({ ...off, run: 'b' });
    answers[0]?.({ cameras: [{ camera: 'main', analytics: { crowd: failed('of old'), detect: RUNNING } }] });
    for (let i = 0; i < 5; i++) await Promise.resolve();
    expect(service.offer).toEqual({ kind: 'off', reason: undefined });
  });
});

describe('layers', () => {
  it('wait for the first result of their kind', async () => {
    const service = await after(hello, RUNNING, RUNNING);
    const [noBox, noHeat] = ['no result of the detector yet', 'no result of the crowd model yet'];
    expect(service.bars(true)).toEqual({ boxes: noBox, labels: noBox, trails: noBox, heat: noHeat });
    service.hearResult(objects);
    expect(service.bars(true)).toEqual({ heat: noHeat });
    service.hearResult(crowd);
    expect(service.bars(true)).toEqual({});
  });

  it('wait for nothing while no results are asked for, or they could not be switched on again', async () => {
    expect((await after(hello)).bars(false)).toEqual({});
  });

  it('say which model is off or has failed', async () => {
    const service = await after(hello, failed('model nope.onnx: no such file'), { state: 'off' });
    expect(service.bars(true)).toMatchObject({
      boxes: 'no detector runs',
      heat: 'model nope.onnx: no such file',
    });
  });

  it('of lines and zones need one of either', async () => {
    expect((await after({ ...hello, lines: [] })).bars(true).lines).toBe('this camera has none');
    const zones = [{ id: 'plaza', points: [], loiterS: undefined }];
    expect((await after({ ...hello, lines: [], zones })).bars(true).lines).toBeUndefined();
  });

  it('wait anew for another camera or another run of the server, and for no other reason', async () => {
    const service = await after(hello, RUNNING, RUNNING);
    for (const result of [objects, crowd]) service.hearResult(result);
    expect(service.hearHello({ ...hello, width: 640 })).toBe(false);
    expect(service.bars(true)).toEqual({});
    expect(service.hearHello({ ...hello, camera: 'gate' })).toBe(true);
    expect(Object.keys(service.bars(true))).toEqual(['boxes', 'labels', 'trails', 'heat']);
  });
});
