// The golden samples that the server's tests read as well, and the edges they leave open.
import { describe, expect, it } from 'vitest';
import clientGolden from '../../../tests/golden/client_messages.json';
import comments from '../../../tests/golden/comments.json';
import serverGolden from '../../../tests/golden/server_messages.json';
import {
  type ClientMessage,
  formatClientMessage,
  parseComment,
  parseFrameHeader,
  parseServerMessage,
  partOf,
} from './protocol';
import { jpegWithComment, sampleFrame } from './sample_frames';

/** A hello's lines and zones, whatever they hold. */
type Named = Partial<Record<'lines' | 'zones', object[]>>;

/** Points as this page keeps them, where the protocol has lists of two fractions. */
function nameCoordinates(_key: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 2) return value;
  const [x, y] = value as unknown[];
  return typeof x === 'number' && x <= 1 ? { x, y } : value;
}

describe('golden comment segments', () => {
  it.each([...comments.valid, ...comments.tolerated])(
    'are read from within a JPEG: $text',
    ({ text, fields }) => {
      const { captured_us, ...rest } = fields;
      expect(parseFrameHeader(jpegWithComment(text))).toEqual({
        ok: true,
        value: { ...rest, capturedUs: captured_us },
      });
    },
  );

  it.each(comments.invalid)('are refused: $why', ({ text }) => {
    expect(parseComment(text)).toMatchObject({ ok: false, error: { kind: 'not_a_frame' } });
  });
});

describe('a frame', () => {
  it.each([
    [undefined, 'whole'],
    [{}, 'delta'],
    [{ sweep: true }, 'sweep'],
    [{ refined: true }, 'refined'],
  ] as const)('whose comment tells %j of a delta is %s', (delta, part) => {
    const parsed = parseFrameHeader(sampleFrame({ frame: 2, ...(delta && { delta }) }));
    expect(parsed.ok && partOf(parsed.value)).toBe(part);
  });
});

describe('golden server messages', () => {
  it.each(serverGolden.valid)('are understood: $type', (message) => {
    const parsed = parseServerMessage(JSON.stringify(message));
    expect(parsed).toMatchObject({ ok: true, value: { kind: message.type } });
  });

  it('keep every field of hello', () => {
    const hello = serverGolden.valid.find((message) => message.type === 'hello');
    const { type, protocol, ...rest } = hello ?? {};
    expect([type, protocol]).toEqual(['hello', 1]);
    const { lines = [], zones = [], ...others } = JSON.parse(JSON.stringify(rest), nameCoordinates) as Named;
    // What is usual is left out.
    const usual = {
      lines: lines.map((line) => ({ at: 'foot', classes: [], ...line })),
      zones: zones.map((zone) => ({ loiterS: undefined, ...zone })),
    };
    expect(parseServerMessage(JSON.stringify(hello))).toEqual({
      ok: true,
      value: { kind: 'hello', ...others, ...usual },
    });
  });

  it('say whether deltas will come; a server that knows none leaves that out', () => {
    const hello = serverGolden.valid.find((message) => message.type === 'hello');
    const deltaOf = (change: object) => parseServerMessage(JSON.stringify({ ...hello, ...change }));
    expect(deltaOf({ delta: true })).toMatchObject({ ok: true, value: { delta: true } });
    for (const none of [{ delta: false }, { delta: undefined }])
      expect(deltaOf(none)).not.toHaveProperty('value.delta');
    expect(deltaOf({ delta: 1 })).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  it('know neither analytics nor lines nor zones where a server does not name them', () => {
    const old = {
      ...serverGolden.valid.find((message) => message.type === 'hello'),
      analytics: undefined,
      lines: undefined,
      zones: undefined,
    };
    expect(parseServerMessage(JSON.stringify(old))).toMatchObject({
      ok: true,
      value: { analytics: false, lines: [], zones: [] },
    });
  });

  it('keep every field of status', () => {
    const raw = '{"type":"status","state":"streaming","fps":33.9,"viewers":3,"skipped":12}';
    const value = { kind: 'status', state: 'streaming', fps: 33.9, viewers: 3, skipped: 12 };
    expect(parseServerMessage(raw)).toEqual({
      ok: true,
      value: { ...value, reason: undefined, reasonCode: undefined, degraded: [] },
    });
    const trouble = '"reason":"cable pulled","reason_code":"hung_up","degraded":["a model was given up"]';
    const fields = { reason: 'cable pulled', reasonCode: 'hung_up', degraded: ['a model was given up'] };
    expect(parseServerMessage(`${raw.slice(0, -1)},${trouble}}`)).toEqual({
      ok: true,
      value: { ...value, ...fields },
    });
  });

  it.each(serverGolden.invalid_for_viewer)('are refused: $why', ({ message }) => {
    expect(parseServerMessage(JSON.stringify(message))).toMatchObject({
      ok: false,
      error: { kind: 'malformed' },
    });
  });
});

describe('a message nobody knows yet', () => {
  it('is passed on as unknown, not as an error', () => {
    expect(parseServerMessage('{"type":"weather","frame":1}')).toEqual({
      ok: true,
      value: { kind: 'unknown', type: 'weather' },
    });
  });

  it('may carry unknown fields', () => {
    const raw = '{"type":"level","level":80,"scale":1,"reason":"limit","mood":"good"}';
    expect(parseServerMessage(raw)).toEqual({
      ok: true,
      value: { kind: 'level', level: 80, scale: 1, reason: 'limit' },
    });
  });

  it('may be about a camera in a state that is not known here', () => {
    const raw = '{"type":"status","state":"dreaming","fps":1,"viewers":1,"skipped":0}';
    expect(parseServerMessage(raw)).toMatchObject({ ok: true, value: { kind: 'status', state: 'unknown' } });
  });

  it.each(['', 'hello there', '[]', 'null', '7', '{"type":7}'])(
    'is refused when it is no message at all: %j',
    (raw) => {
      expect(parseServerMessage(raw)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    },
  );

  it('names the version of a server that speaks another protocol', () => {
    const raw = '{"type":"hello","protocol":2}';
    expect(parseServerMessage(raw)).toEqual({ ok: false, error: { kind: 'other_version', found: 2 } });
  });
});

describe('a binary message', () => {
  const jpeg = (...bytes: number[]) => new Uint8Array(bytes).buffer;

  it.each([
    ['empty', jpeg()],
    ['not a JPEG', jpeg(1, 2, 3, 4, 5, 6, 7, 8)],
    ['a JPEG without a comment', jpeg(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0)],
    ['cut inside the comment', jpegWithComment('steadycast/1 camera=main').slice(0, 12)],
    ['a comment of impossible length', jpeg(0xff, 0xd8, 0xff, 0xfe, 0, 1)],
  ])('is refused when it is %s', (_, bytes) => {
    expect(parseFrameHeader(bytes)).toMatchObject({ ok: false, error: { kind: 'not_a_frame' } });
  });

  it.each(['frame=1e3', 'frame=0x10', 'frame=9999999999999999999', 'frame='])(
    'is refused with %s',
    (frame) => {
      expect(parseComment(`steadycast/1 camera=main ${frame} captured_us=1 level=85 scale=1`).ok).toBe(false);
    },
  );

  it('is refused at a scale that does not exist', () => {
    expect(parseComment('steadycast/1 camera=main frame=1 captured_us=1 level=85 scale=3').ok).toBe(false);
  });
});

describe('golden client messages', () => {
  const samples: ClientMessage[] = [
    { type: 'ack', frame: 1234 },
    { type: 'ack', frame: 1234, shown: 1230 },
    { type: 'level', level: 70 },
    { type: 'level', level: 70, scale: 1 },
    { type: 'level', level: 70, scale: 4 },
    { type: 'level', level: 'auto' },
    { type: 'analytics', enabled: false },
    { type: 'key' },
    { type: 'ping', t: 1732147200000.5 },
  ];

  it('are exactly what the viewer can write', () => {
    expect(samples.map((message) => JSON.parse(formatClientMessage(message)) as unknown)).toEqual(
      clientGolden.valid,
    );
  });
});
