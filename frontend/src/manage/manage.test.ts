import { describe, expect, it } from 'vitest';
import { SimulatedTime } from '../time/simulated_time';
import { ALL, pathTo, type Shown, shownBy } from './address';
import { readCamera, readCameras } from './camera';
import { Removals, UNDO_MS } from './removals';
import { placesWord, refusedWord, sourceWord, stateLine, switchWord } from './words';

const TOLD = {
  camera: 'yard',
  state: 'reconnecting',
  reason: 'nothing listens there',
  source: 'rtsp://192.168.1.20/stream1',
  width: 0,
  height: 0,
  settings: {
    source: 'rtsp://192.168.1.20/stream1',
    password_set: true,
    lines: [{ id: 'gate', from: [0, 0.5], to: [1, 0.5], classes: ['person'] }],
    zones: null,
  },
};

const read = (change: object = {}) => {
  const camera = readCamera({ ...TOLD, ...change });
  if (camera === undefined) throw new Error('not read');
  return camera;
};

describe('a camera', () => {
  it('is read with how it fares and what is drawn in it', () => {
    expect(read()).toEqual({
      name: 'yard',
      state: 'reconnecting',
      reason: 'nothing listens there',
      source: 'rtsp://192.168.1.20/stream1',
      hasPassword: true,
      off: false,
      size: undefined,
      lines: TOLD.settings.lines,
      zones: [],
    });
    expect(read({ width: 640, height: 360 }).size).toEqual({ width: 640, height: 360 });
    expect(read({ settings: { enabled: false } }).off).toBe(true);
  });

  it('is read also where its description is told to others only', () => {
    expect(read({ settings: null }).lines).toEqual([]);
  });

  it.each([undefined, {}, { ...TOLD, width: -1 }, { ...TOLD, settings: { lines: 'gate' } }])(
    'is nothing in %j',
    (body) => {
      expect(readCamera(body)).toBeUndefined();
      expect(readCameras({ cameras: [body] })).toBeUndefined();
    },
  );

  it('is told in words', () => {
    expect(stateLine(read())).toBe('Lost, reconnecting: nothing listens there');
    expect(stateLine(read({ reason: '', state: 'streaming' }))).toBe('Live');
    expect(stateLine(read({ settings: { enabled: false } }))).toBe('Switched off');
    expect(sourceWord(read(), new Map())).toBe('rtsp://192.168.1.20/stream1, with a password');
    const uploads = new Map([['upload:x', 'walk.mp4']]);
    expect(sourceWord(read({ source: 'upload:x' }), uploads)).toBe('walk.mp4, uploaded');
    expect(switchWord(read(), false)).toBe('Switch off');
    expect(placesWord(read())).toBe('1 line');
    expect(placesWord(read({ settings: { zones: [{}, {}] } }))).toBe('2 zones');
    expect(placesWord(read({ settings: {} }))).toBe('Nothing drawn yet');
    expect(refusedWord(new Error('there is a camera yard'))).toBe('There is a camera yard');
  });
});

describe('the address', () => {
  it.each<Shown>([
    ALL,
    { what: 'new' },
    { what: 'places', camera: 'yard' },
    { what: 'source', camera: 'a&b' },
  ])('says %j', (shown) => {
    expect(shownBy(new URL(pathTo(shown), 'http://x').search)).toEqual(shown);
  });

  it('shows all cameras where it names none', () => {
    expect(shownBy('?camera=')).toEqual(ALL);
  });
});

describe('a removal', () => {
  function begun() {
    const time = new SimulatedTime();
    const removed: string[] = [];
    const removals = new Removals(time, (camera) => removed.push(camera));
    removals.begin('yard');
    return { time, removed, removals };
  }

  it('is carried out once its time is over, and counts it down', () => {
    const { time, removed, removals } = begun();
    expect([...removals.store.get()]).toEqual([['yard', 10]]);
    time.advance(4_000);
    expect([...removals.store.get()]).toEqual([['yard', 6]]);
    expect(removed).toEqual([]);
    time.advance(UNDO_MS);
    expect(removed).toEqual(['yard']);
    expect(removals.store.get().size).toBe(0);
    expect(time.pending).toBe(0);
  });

  it('can be undone', () => {
    const { time, removed, removals } = begun();
    removals.undo('yard');
    time.advance(2 * UNDO_MS);
    expect(removed).toEqual([]);
    expect(time.pending).toBe(0);
  });

  it('is carried out at once by whoever leaves', () => {
    const { removed, removals } = begun();
    removals.begin('door');
    removals.finish();
    removals.finish();
    expect(removed).toEqual(['yard', 'door']);
  });
});
