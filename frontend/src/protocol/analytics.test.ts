// Analytics as the golden samples give them, and the edges they leave open.
import { describe, expect, it } from 'vitest';
import golden from '../../../tests/golden/server_messages.json';
import { parseServerMessage } from './protocol';

const samplesOf = (type: string) => golden.valid.filter((message) => message.type === type);
const [full, bare] = samplesOf('analytics');
const read = (message: object) => parseServerMessage(JSON.stringify(message));

const EMPTY_ZONE = {
  occupancy: 0,
  classes: new Map<string, number>(),
  standing: undefined,
  meanDwellS: undefined,
  longestDwellS: undefined,
};

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
            trail: [
              { x: 8.5, y: 81 },
              { x: 14.5, y: 80.5 },
            ],
          },
          {
            trackId: 6,
            class: 'car',
            confidence: 0.5,
            box: { x1: 0, y1: 1, x2: 2, y2: 3 },
            velocity: { x: 0, y: 0 },
            speedKmh: undefined,
            trail: [],
          },
        ],
        counted: { frame: 1232, capturedUs: 1732147199941000 },
        counts: new Map([
          ['car', 1],
          ['person', 1],
        ]),
        lines: [
          {
            id: 'gate',
            inbound: 12,
            outbound: 9,
            classes: {
              inbound: new Map([
                ['bicycle', 1],
                ['person', 11],
              ]),
              outbound: new Map([['person', 9]]),
            },
          },
        ],
        zones: [
          {
            id: 'plaza',
            occupancy: 17,
            classes: new Map([['person', 17]]),
            standing: 4,
            meanDwellS: 31.5,
            longestDwellS: 304,
          },
          { ...EMPTY_ZONE, id: 'door', standing: 0 },
        ],
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

  it('of a server that knows totals only has no classes, no dwell and no trails', () => {
    const object = {
      ...{ track_id: 1, class: 'car', confidence: 1, velocity: { x: 0, y: 0 } },
      bbox: { x1: 0, y1: 0, x2: 1, y2: 1 },
    };
    const lines = [{ id: 'gate', inbound: 2, outbound: 1 }];
    const zones = [{ id: 'door', occupancy: 0 }];
    const none = { inbound: new Map(), outbound: new Map() };
    expect(read({ ...bare, objects: [object], lines, zones })).toMatchObject({
      ok: true,
      value: {
        objects: [{ trail: [] }],
        lines: [{ ...lines[0], classes: none }],
        zones: [{ ...EMPTY_ZONE, id: 'door' }],
      },
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
    [
      'classes of a line that are no table',
      { lines: [{ id: 'gate', inbound: 1, outbound: 0, classes: { inbound: 1 } }] },
    ],
    ['half a bicycle in a zone', { zones: [{ id: 'plaza', occupancy: 1, classes: { bicycle: 0.5 } }] }],
    ['a dwell below zero', { zones: [{ id: 'plaza', occupancy: 1, mean_dwell_s: -1 }] }],
    ['standing that is no number', { zones: [{ id: 'plaza', occupancy: 1, standing: 'some' }] }],
    [
      'a trail with half a place',
      {
        objects: [
          {
            ...{ track_id: 1, class: 'car', confidence: 1, velocity: { x: 0, y: 0 } },
            ...{ bbox: { x1: 0, y1: 0, x2: 1, y2: 1 }, trail: [[1]] },
          },
        ],
      },
    ],
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
    ['a line by a part that is no word', { lines: [{ id: 'gate', from: [0, 0], to: [0, 1], at: 4 }] }],
    [
      'a line for a class that is no list',
      { lines: [{ id: 'gate', from: [0, 0], to: [0, 1], classes: 'car' }] },
    ],
    ['a zone with a time that is none', { zones: [{ id: 'plaza', points: [], loiter_s: 'long' }] }],
    ['analytics that are neither on nor off', { analytics: 'on' }],
  ])('is refused with %s', (_, change) => {
    expect(read({ ...hello, ...change })).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

describe('lines and zones in hello', () => {
  const [hello] = samplesOf('hello');
  const [from, to] = [
    [0, 0],
    [0, 1],
  ];
  const places = (lines: object[], zones: object[]) => read({ ...hello, lines, zones });

  it('say what counts, and for how long one may stay', () => {
    const line = { id: 'gate', from, to, at: 'middle', classes: ['car'] };
    expect(places([line], [{ id: 'plaza', points: [from], loiter_s: 300 }])).toMatchObject({
      ok: true,
      value: { lines: [{ at: 'middle', classes: ['car'] }], zones: [{ loiterS: 300 }] },
    });
  });

  it('are usual where nothing is said, and not known where a later server says more', () => {
    const more = { id: 'door', from, to, at: 'wheels' };
    expect(places([{ id: 'gate', from, to }, more], [{ id: 'plaza', points: [] }])).toMatchObject({
      ok: true,
      value: {
        lines: [{ at: 'foot', classes: [] }, { at: 'unknown' }],
        zones: [{ loiterS: undefined, above: undefined }],
      },
    });
  });
});

describe('an event', () => {
  const event = (kind: string) => read(samplesOf('event').find((sample) => sample.kind === kind) ?? {});
  const atUs = 1732147200000000;

  it('tells who crossed which line, and which way', () => {
    const crossed = { name: 'line_crossed', line: 'gate', direction: 'inbound', trackId: 5, class: 'person' };
    expect(event('line_crossed')).toEqual({ ok: true, value: { kind: 'event', event: crossed, atUs } });
  });

  it('tells who has been where for how long', () => {
    const loitering = { name: 'loitering', zone: 'plaza', seconds: 300, trackId: 5, class: 'person' };
    expect(event('loitering')).toEqual({ ok: true, value: { kind: 'event', event: loitering, atUs } });
    expect(
      read({ type: 'event', kind: 'loitering', at_us: 1, zone: 'plaza', track_id: 1, class: 'car' }).ok,
    ).toBe(false);
  });

  it('tells that a zone is too full, and that it is not any more', () => {
    const full = { name: 'zone_above', zone: 'plaza', occupancy: 21, above: 20 };
    expect(event('zone_above')).toEqual({ ok: true, value: { kind: 'event', event: full, atUs } });
    const fewer = { name: 'zone_below', zone: 'plaza', occupancy: 19, above: 20 };
    expect(event('zone_below')).toEqual({ ok: true, value: { kind: 'event', event: fewer, atUs } });
    expect(read({ type: 'event', kind: 'zone_above', at_us: 1, zone: 'plaza', above: 20 }).ok).toBe(false);
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
