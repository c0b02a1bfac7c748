// Analytics as the golden samples give them, and the edges they leave open.
import { describe, expect, it } from 'vitest';
import golden from '../../../tests/golden/server_messages.json';
import { parseServerMessage } from './protocol';

const samplesOf = (type: string) => golden.valid.filter((message) => message.type === type);
const [full, bare] = samplesOf('analytics');
const read = (message: object) => parseServerMessage(JSON.stringify(message));

describe('a result', () => {
  it('keeps every field', () => {
    expect(read(full ?? {})).toEqual({
      ok: true,
      value: {
        kind: 'analytics',
        camera: 'main',
        frame: 1234,
        capturedUs: 1732147200000000,
        finishedUs: 1732147200080000,
        crowd: {
          total: 41.7,
          grid: { cols: 3, rows: 2, max: 0.5, cells: new Uint8Array([0, 128, 255, 0, 64, 17]) },
          risk: 'low',
        },
        objects: [
          {
            trackId: 5,
            class: 'person',
            confidence: 0.95,
            box: { x1: 10.5, y1: 20, x2: 30.5, y2: 80 },
            velocity: { x: 12, y: -3 },
            speedKmh: 4.3,
          },
          {
            trackId: 6,
            class: 'car',
            confidence: 0.5,
            box: { x1: 0, y1: 1, x2: 2, y2: 3 },
            velocity: { x: 0, y: 0 },
            speedKmh: undefined,
          },
        ],
        counted: { frame: 1232, capturedUs: 1732147199941000 },
        counts: new Map([
          ['car', 1],
          ['person', 1],
        ]),
        lines: [{ id: 'gate', inbound: 12, outbound: 9 }],
        zones: [{ id: 'plaza', occupancy: 17 }],
        timingsMs: new Map([
          ['crowd', 51.2],
          ['detect', 38.4],
          ['track', 0.1],
        ]),
      },
    });
  });

  it('of a frame that no model looked at says so, rather than that nobody is there', () => {
    expect(read(bare ?? {})).toMatchObject({
      ok: true,
      value: { crowd: undefined, objects: undefined, counted: undefined },
    });
  });

  it('may hold boxes that reach out of the picture', () => {
    const object = {
      track_id: 1,
      class: 'car',
      confidence: 1,
      velocity: { x: -1, y: 0 },
      bbox: { x1: -20, y1: -4, x2: 5, y2: 6 },
    };
    expect(read({ ...bare, objects: [object] })).toMatchObject({
      ok: true,
      value: { objects: [{ box: { x1: -20, y1: -4 } }] },
    });
  });

  it.each([
    [
      'grid data that are no base64',
      { crowd: { total: 1, risk: 'low', grid: { cols: 1, rows: 1, max: 1, data: '*' } } },
    ],
    [
      'a grid without cells',
      { crowd: { total: 1, risk: 'low', grid: { cols: 0, rows: 0, max: 1, data: '' } } },
    ],
    [
      'an unknown risk',
      { crowd: { total: 1, risk: 'odd', grid: { cols: 1, rows: 1, max: 1, data: 'AA==' } } },
    ],
    ['a crowd that is null', { crowd: null }],
    ['objects that are none', { objects: [5] }],
    ['a count that is no number', { counts: { person: 'many' } }],
    ['a line without counts', { lines: [{ id: 'gate' }] }],
    ['half a person in a zone', { zones: [{ id: 'plaza', occupancy: 0.5 }] }],
    ['a timing below zero', { timings_ms: { detect: -1 } }],
  ])('is refused with %s', (_, change) => {
    expect(read({ ...bare, ...change })).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  it('takes a class named like a part of every object for a class', () => {
    const parsed = parseServerMessage(
      JSON.stringify(bare).replace('"counts":{}', '"counts":{"__proto__":2,"constructor":1}'),
    );
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        counts: new Map([
          ['__proto__', 2],
          ['constructor', 1],
        ]),
      },
    });
  });
});

describe('hello', () => {
  const [hello] = samplesOf('hello');

  it.each([
    ['a line from nowhere', { lines: [{ id: 'gate', to: [0, 1] }] }],
    ['a line with a point of one number', { lines: [{ id: 'gate', from: [0], to: [0, 1] }] }],
    ['a zone without points', { zones: [{ id: 'plaza' }] }],
    [
      'a zone with a point that is none',
      {
        zones: [
          {
            id: 'plaza',
            points: [
              [0, 0],
              ['a', 1],
              [1, 1],
            ],
          },
        ],
      },
    ],
    ['analytics that are neither on nor off', { analytics: 'on' }],
  ])('is refused with %s', (_, change) => {
    expect(read({ ...hello, ...change })).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

describe('an event', () => {
  const event = (kind: string) => read(samplesOf('event').find((sample) => sample.kind === kind) ?? {});
  const atUs = 1732147200000000;

  it('tells who crossed which line, and which way', () => {
    const crossed = { name: 'line_crossed', line: 'gate', direction: 'inbound', trackId: 5, class: 'person' };
    expect(event('line_crossed')).toEqual({ ok: true, value: { kind: 'event', event: crossed, atUs } });
  });

  it('tells from which risk to which', () => {
    const changed = { name: 'risk_changed', from: 'low', to: 'moderate' };
    expect(event('risk_changed')).toEqual({ ok: true, value: { kind: 'event', event: changed, atUs } });
  });

  it('of another kind is named and nothing more', () => {
    expect(event('source_back')).toEqual({
      ok: true,
      value: { kind: 'event', event: { name: 'other', kind: 'source_back' }, atUs },
    });
  });

  it('is refused without its details', () => {
    expect(
      read({
        type: 'event',
        kind: 'line_crossed',
        at_us: 1,
        line: 'gate',
        direction: 'up',
        track_id: 1,
        class: 'car',
      }).ok,
    ).toBe(false);
    expect(read({ type: 'event', kind: 'risk_changed', at_us: 1, from: 'low' }).ok).toBe(false);
  });
});
