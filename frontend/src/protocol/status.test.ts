// The cameras and their models in the answer of `/api/status`, and answers that are none.
import { describe, expect, it } from 'vitest';
import { readCameras, readFileTrouble, readModels, readServices } from './status';

const camera = (name: string, crowd: object, detect: object = { state: 'running' }) => ({
  camera: name,
  fps: 34,
  analytics: { crowd, detect },
});

describe('the status', () => {
  it('tells how the models of the camera fare, and why one failed', () => {
    const failed = { state: 'failed', reason: 'model models/nope.onnx: No such file' };
    const body = { server: '1', cameras: [camera('gate', { state: 'off' }), camera('main', failed)] };
    expect(readModels(body, 'main')).toEqual({ crowd: failed, detect: { state: 'running' } });
    expect(readModels(body, 'gate')?.crowd).toEqual({ state: 'off' });
  });

  it('tells which model is needed, and what is doubtful about one at work', () => {
    const needed = { state: 'off', reason: 'a real model is needed' };
    const silent = { state: 'running', warning: 'no result for 12 s' };
    const body = { cameras: [camera('main', needed, silent)] };
    expect(readModels(body, 'main')).toEqual({ crowd: needed, detect: silent });
  });

  it.each([
    ['nothing', undefined],
    ['text', 'ok'],
    ['another camera', { cameras: [camera('gate', { state: 'off' })] }],
    ['no list', { cameras: 'main' }],
    ['no models', { cameras: [{ camera: 'main' }] }],
    ['a state of a later server', { cameras: [camera('main', { state: 'asleep' })] }],
    ['a failure without a reason', { cameras: [camera('main', { state: 'failed' })] }],
  ])('tells nothing where it is %s', (_, body) => {
    expect(readModels(body, 'main')).toBeUndefined();
  });
});

describe('the cameras file', () => {
  it.each([
    [{ cameras_file_refused: 'camera gate: fps is 99' }, 'camera gate: fps is 99'],
    [{ cameras_file_refused: null }, undefined],
    [{ cameras_file_refused: 7 }, undefined],
    [{}, undefined],
    ['ok', undefined],
  ])('is in trouble as %j says', (body, trouble) => {
    expect(readFileTrouble(body)).toBe(trouble);
  });
});

describe('the services', () => {
  const telegram = { service: 'telegram', told: 3, reason: 'it wants fewer messages (429)' };

  it('are told with what keeps them from their work', () => {
    const services = [
      { ...telegram, next_try_seconds: 40, muted_seconds: null },
      { service: 'mqtt', told: 0, reason: null, next_try_seconds: null, muted_seconds: 90 },
    ];
    expect(readServices({ services })).toEqual([
      { name: 'telegram', told: 3, reason: 'it wants fewer messages (429)', nextTryS: 40, mutedS: undefined },
      { name: 'mqtt', told: 0, reason: undefined, nextTryS: undefined, mutedS: 90 },
    ]);
  });

  it.each([undefined, 'ok', {}, { services: null }, { services: 'telegram' }, { services: [{}] }])(
    'are none in %j',
    (body) => {
      expect(readServices(body)).toEqual([]);
    },
  );
});

describe('the cameras of the status', () => {
  it('come in the order of the server, with what they do and why', () => {
    const stopped = { camera: 'gate', state: 'stopped', reason: 'the camera was stopped by an operator' };
    const body = { cameras: [stopped, { camera: 'yard', state: 'streaming', reason: '' }] };
    expect(readCameras(body)).toEqual([
      { name: 'gate', state: 'stopped', reason: 'the camera was stopped by an operator' },
      { name: 'yard', state: 'streaming', reason: undefined },
    ]);
    expect(readCameras({ cameras: [] })).toEqual([]);
  });

  it('may be in a state of a later server', () => {
    expect(readCameras({ cameras: [{ camera: 'gate', state: 'asleep' }] })?.[0]?.state).toBe('unknown');
  });

  it.each([undefined, 'ok', {}, { cameras: [{ state: 'streaming' }] }, { cameras: [{ camera: 'gate' }] }])(
    'are not known from %j',
    (body) => {
      expect(readCameras(body)).toBeUndefined();
    },
  );
});
