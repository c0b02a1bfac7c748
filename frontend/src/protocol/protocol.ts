// The wire protocol, the TypeScript side. In: text and binary messages as they come from the socket. Out:
// typed messages, checked field by field, or a typed error; and the text of every message the viewer sends.
// No socket and no state here. What analytics say is read in analytics.ts, where lines and zones are in
// places.ts. Golden samples: tests/golden/ at the repository root, shared with the server.
import { type AnalyticsResult, readAnalytics, readEvent, type ServerEvent } from './analytics';
import {
  amount,
  count,
  counts,
  type Fields,
  flag,
  isFields,
  listOf,
  Malformed,
  oneOf,
  optional,
  text,
  texts,
} from './check';
import { type Line, readLine, readZone, type Zone } from './places';

/** Version of the protocol that this page speaks. */
export const PROTOCOL_VERSION = 1;
/** Lowest level, a JPEG quality, that the protocol allows. */
export const LOWEST_LEVEL = 30;
/** Highest level that the protocol allows. */
export const HIGHEST_LEVEL = 95;
/** Distance between two levels. */
export const LEVEL_STEP = 5;
/** All levels, lowest first. */
export const LEVELS: readonly number[] = Array.from(
  { length: (HIGHEST_LEVEL - LOWEST_LEVEL) / LEVEL_STEP + 1 },
  (_, step) => LOWEST_LEVEL + step * LEVEL_STEP,
);

/** Fields of a frame's comment that are whole numbers. */
const COUNTED = ['frame', 'captured_us', 'level', 'scale', 'take', 'base', 'blocks', 'whole'] as const;

const CAMERA_STATES = ['streaming', 'frozen', 'connecting', 'reconnecting', 'stopped'] as const;
const LEVEL_REASONS = ['requested', 'auto', 'limit'] as const;
/** Divisors by which a picture may be smaller on each axis, largest picture first. */
export const SCALES: readonly number[] = [1, 2, 4, 8];

/** State of a camera; `unknown` stands for whatever a later server may say. */
export type CameraState = (typeof CAMERA_STATES)[number] | 'unknown';
export type LevelReason = (typeof LEVEL_REASONS)[number];

/** A rung of the quality that a viewer watches: a level at a tier, which the protocol names by its scale. */
export interface Rung {
  readonly level: number;
  readonly scale: number;
}

export interface Hello {
  kind: 'hello';
  /** Name of this run of the server; it changes with every start. */
  run: string;
  camera: string;
  level: number;
  scale: number;
  /** Offered levels, lowest first. */
  levels: readonly number[];
  scales: readonly number[];
  width: number;
  height: number;
  server: string;
  /**
   * Whether the server has analytics to send. A server that knows none leaves out this and lines and zones.
   */
  analytics: boolean;
  lines: readonly Line[];
  zones: readonly Zone[];
  /** Whether this viewer gets delta frames; absent means that it does not. */
  delta?: boolean;
}

export interface Status {
  kind: 'status';
  state: CameraState;
  /** Capture rate as measured, frames a second. */
  fps: number;
  viewers: number;
  /** Number of frames that this viewer did not get since it connected. */
  skipped: number;
  /** Reason why no picture comes, or none that changes; undefined where nothing is wrong. */
  reason: string | undefined;
  /** Kind of the reason, as a word for programs. */
  reasonCode: string | undefined;
  /** Sentences about what does not work as it should. */
  degraded: readonly string[];
}

export type ServerMessage =
  | Hello
  | { kind: 'level'; level: number; scale: number; reason: LevelReason }
  | Status
  | AnalyticsResult
  | { kind: 'event'; event: ServerEvent; atUs: number }
  | { kind: 'pong'; t: unknown; serverUs: number }
  | { kind: 'unknown'; type: string };

export type ProtocolError =
  | { kind: 'malformed'; detail: string }
  | { kind: 'other_version'; found: number }
  | { kind: 'not_a_frame'; detail: string };

export type Parsed<T> = { ok: true; value: T } | { ok: false; error: ProtocolError };

/** All that a frame's comment says about it. */
export interface FrameHeader {
  camera: string;
  frame: number;
  capturedUs: number;
  level: number;
  scale: number;
  /**
   * Number of the frame with which the picture's take may have begun: what was found in an earlier frame is
   * not to be drawn on it. 0 where the server says nothing.
   */
  take: number;
  /** Whether the picture is a slate, which stands for a camera that gives none. */
  slate: boolean;
  /** What a delta frame says besides; absent in a complete picture. */
  delta?: Delta;
}

/** What the comment of a delta frame says besides. */
export interface Delta {
  /** Number of the frame that it applies to: that one, or a later one of the same level and scale. */
  base: number;
  /** Number of blocks that the JPEG holds, filler left out; at least one. */
  blocks: number;
  /** Bytes that a complete JPEG of the frame would take, reckoned. */
  whole: number;
  /** Whether any picture of the camera will do as the base, scaled to the size of this one. */
  sweep: boolean;
  /** Whether these are sharper blocks of a frame that was sent before. */
  refined: boolean;
}

/** What one message of frames holds. */
export type Part = 'whole' | 'delta' | 'sweep' | 'refined';

/** What the message of a frame holds, by its comment. */
export function partOf({ delta }: Pick<FrameHeader, 'delta'>): Part {
  if (delta === undefined) return 'whole';
  if (delta.refined) return 'refined';
  return delta.sweep ? 'sweep' : 'delta';
}

/** Reads one text message. Types and fields that a later server may add are not errors. */
export function parseServerMessage(raw: string): Parsed<ServerMessage> {
  let fields: unknown;
  try {
    fields = JSON.parse(raw);
  } catch {
    return malformed('the text is not JSON');
  }
  if (!isFields(fields)) return malformed('the message is not an object');
  try {
    if (fields['type'] === 'hello') {
      const found = count(fields, 'protocol');
      if (found !== PROTOCOL_VERSION) return { ok: false, error: { kind: 'other_version', found } };
    }
    return { ok: true, value: readMessage(text(fields, 'type'), fields) };
  } catch (error) {
    if (error instanceof Malformed) return malformed(error.message);
    throw error;
  }
}

function readMessage(type: string, fields: Fields): ServerMessage {
  switch (type) {
    case 'hello':
      return readHello(fields);
    case 'level':
      return {
        kind: 'level',
        level: readLevel(fields),
        scale: count(fields, 'scale'),
        reason: oneOf(fields, 'reason', LEVEL_REASONS),
      };
    case 'status':
      return {
        kind: 'status',
        state: readState(text(fields, 'state')),
        fps: amount(fields, 'fps'),
        viewers: count(fields, 'viewers'),
        skipped: count(fields, 'skipped'),
        reason: optional(fields, 'reason', text),
        reasonCode: optional(fields, 'reason_code', text),
        degraded: optional(fields, 'degraded', texts) ?? [],
      };
    case 'analytics':
      return readAnalytics(fields);
    case 'event':
      return { kind: 'event', event: readEvent(fields), atUs: count(fields, 'at_us') };
    case 'pong':
      return { kind: 'pong', t: fields['t'], serverUs: count(fields, 'server_us') };
    default:
      return { kind: 'unknown', type };
  }
}

/** State of a camera as a word of the server's. */
export function readState(word: string): CameraState {
  return CAMERA_STATES.find((state) => state === word) ?? 'unknown';
}

/** Whether a camera in this state gives pictures: new ones, or one that stays the same. */
export function delivers(state: CameraState | undefined): boolean {
  return state === 'streaming' || state === 'frozen';
}

function readHello(fields: Fields): Hello {
  return {
    kind: 'hello',
    run: text(fields, 'run'),
    camera: text(fields, 'camera'),
    level: readLevel(fields),
    scale: count(fields, 'scale'),
    levels: counts(fields, 'levels').toSorted((a, b) => a - b),
    scales: counts(fields, 'scales'),
    width: count(fields, 'width'),
    height: count(fields, 'height'),
    server: text(fields, 'server'),
    analytics: optional(fields, 'analytics', flag) ?? false,
    lines: optional(fields, 'lines', (all, name) => listOf(all, name, readLine)) ?? [],
    zones: optional(fields, 'zones', (all, name) => listOf(all, name, readZone)) ?? [],
    ...(optional(fields, 'delta', flag) && { delta: true }),
  };
}

function readLevel(fields: Fields): number {
  const level = count(fields, 'level');
  if (!isLevel(level)) throw new Malformed('level', `from ${LOWEST_LEVEL} to ${HIGHEST_LEVEL}`);
  return level;
}

export function isLevel(level: number): boolean {
  return Number.isInteger(level) && level >= LOWEST_LEVEL && level <= HIGHEST_LEVEL;
}

/** Reads the comment segment that stands right behind a frame's SOI marker. */
export function parseFrameHeader(jpeg: ArrayBuffer): Parsed<FrameHeader> {
  const bytes = new DataView(jpeg);
  // SOI (FFD8), COM (FFFE), then the segment's length, which counts its own two bytes.
  if (jpeg.byteLength < 6 || bytes.getUint32(0) !== 0xffd8fffe)
    return notAFrame('no comment segment behind SOI');
  const length = bytes.getUint16(4);
  if (length < 2 || jpeg.byteLength < 4 + length) return notAFrame('the comment segment is cut short');
  return parseComment(String.fromCharCode(...new Uint8Array(jpeg, 6, length - 2)));
}

/** Reads the text of a frame's comment. */
export function parseComment(comment: string): Parsed<FrameHeader> {
  const [mark, ...pairs] = comment.split(' ');
  if (mark !== `steadycast/${PROTOCOL_VERSION}`)
    return notAFrame(`the comment starts with "${(mark ?? '').slice(0, 40)}"`);
  const fields = new Map(pairs.map((pair) => splitPair(pair)));
  const numbers = Object.fromEntries(COUNTED.map((name) => [name, digits(fields.get(name))]));
  const camera = fields.get('camera');
  try {
    if (camera === undefined || camera === '') throw new Malformed('camera', 'a name');
    const scale = count(numbers, 'scale');
    if (!SCALES.includes(scale)) throw new Malformed('scale', `one of ${SCALES.join(', ')}`);
    const header = { camera, frame: count(numbers, 'frame'), capturedUs: count(numbers, 'captured_us') };
    const take = fields.has('take') ? count(numbers, 'take') : 0;
    const slate = fields.get('slate') === '1';
    const delta = fields.has('base') && { delta: readDelta(numbers, fields) };
    return { ok: true, value: { ...header, level: readLevel(numbers), scale, take, slate, ...delta } };
  } catch (error) {
    if (error instanceof Malformed) return notAFrame(error.message);
    throw error;
  }
}

/** What a delta frame's comment says besides. */
function readDelta(numbers: Fields, words: ReadonlyMap<string, string>): Delta {
  const blocks = count(numbers, 'blocks');
  if (blocks === 0) throw new Malformed('blocks', 'at least one');
  const [sweep, refined] = [words.get('sweep') === '1', words.get('refined') === '1'];
  return { base: count(numbers, 'base'), blocks, whole: count(numbers, 'whole'), sweep, refined };
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function digits(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

export type ClientMessage =
  | { type: 'ack'; frame: number; shown?: number }
  | { type: 'level'; level: number | 'auto'; scale?: number }
  | { type: 'analytics'; enabled: boolean }
  /** Wants a key frame next: a delta could not be applied. */
  | { type: 'key' }
  | { type: 'ping'; t: number };

export function formatClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

function malformed(detail: string): { ok: false; error: ProtocolError } {
  return { ok: false, error: { kind: 'malformed', detail } };
}

function notAFrame(detail: string): { ok: false; error: ProtocolError } {
  return { ok: false, error: { kind: 'not_a_frame', detail } };
}
