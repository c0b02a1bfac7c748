// The server's words about the picture: results, and events of theirs. In: the fields of a message. Out:
// typed values, checked, or a thrown `Malformed` that the parser in protocol.ts catches. Lines and zones are
// read in places.ts, their counts in counts.ts; how any of it is shown does not belong here.
import {
  amount,
  count,
  type Fields,
  finite,
  inner,
  listOf,
  Malformed,
  oneOf,
  optional,
  type Pair,
  pairs,
  tableOf,
  text,
} from './check';
import { type LineCount, readLineCount, readZoneCount, type ZoneCount } from './counts';

const RISKS = ['low', 'moderate', 'high', 'critical'] as const;
const DIRECTIONS = ['inbound', 'outbound'] as const;

/** Density of the crowd, in four steps from the lowest. */
export type Risk = (typeof RISKS)[number];
export type Direction = (typeof DIRECTIONS)[number];

/** A box in pixels of the full-size frame; its corners may lie outside of the frame. */
export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface TrackedObject {
  trackId: number;
  class: string;
  confidence: number;
  box: Box;
  /** Velocity in pixels of the full-size frame a second. */
  velocity: { x: number; y: number };
  /** Speed in km/h; undefined until it can be trusted. */
  speedKmh: number | undefined;
  /**
   * Places where the thing stood in the last three seconds, oldest first, pixels of the full-size frame; none
   * for what has not moved, and none from a server that sends no trails.
   */
  trail: readonly Pair[];
}

/** A grid over the whole frame, with the number of people in each cell. */
export interface Grid {
  cols: number;
  rows: number;
  /** Number of people in a cell whose byte is 255. */
  max: number;
  /** A byte for each cell, row by row from the top: 0 for nobody, 255 for `max` people. */
  cells: Uint8Array;
}

export interface Crowd {
  /** Number of people, with fractions. */
  total: number;
  grid: Grid;
  risk: Risk;
}

/** A frame named by its number and its capture time. */
export interface FrameRef {
  frame: number;
  capturedUs: number;
}

export interface AnalyticsResult {
  kind: 'analytics';
  camera: string;
  frame: number;
  /** Moment of the frame's capture, µs since the Unix epoch. */
  capturedUs: number;
  /** Moment from which all that is said here about the frame was known, µs since the Unix epoch. */
  finishedUs: number;
  /** The crowd; undefined where its model did not look at this frame. */
  crowd: Crowd | undefined;
  /** Tracked objects; undefined where the detector did not look at this frame. */
  objects: readonly TrackedObject[] | undefined;
  /** Frame that counts, lines and zones were made from; undefined while no detector counts. */
  counted: FrameRef | undefined;
  /** Number of objects by class. */
  counts: ReadonlyMap<string, number>;
  lines: readonly LineCount[];
  zones: readonly ZoneCount[];
  /** Milliseconds by stage, for the stages that ran. */
  timingsMs: ReadonlyMap<string, number>;
}

/** Somebody has been in a zone for long. */
export interface Loitering {
  name: 'loitering';
  zone: string;
  /** Seconds for which he had been there. */
  seconds: number;
  trackId: number;
  class: string;
}

/** More are in a zone than it may hold without a word, or no more than that again. */
export interface Fullness {
  name: 'zone_above' | 'zone_below';
  zone: string;
  /** Tracks that stand in it. */
  occupancy: number;
  /** Number that it may hold without a word. */
  above: number;
}

export type ServerEvent =
  | { name: 'line_crossed'; line: string; direction: Direction; trackId: number; class: string }
  | Loitering
  | Fullness
  | { name: 'risk_changed'; from: Risk; to: Risk }
  | { name: 'other'; kind: string };

export function readAnalytics(fields: Fields): AnalyticsResult {
  return {
    kind: 'analytics',
    camera: text(fields, 'camera'),
    frame: count(fields, 'frame'),
    capturedUs: count(fields, 'captured_us'),
    finishedUs: count(fields, 'finished_us'),
    crowd: optional(fields, 'crowd', (all, name) => readCrowd(inner(all, name))),
    objects: optional(fields, 'objects', (all, name) => listOf(all, name, readObject)),
    counted: optional(fields, 'counted', (all, name) => readFrameRef(inner(all, name))),
    counts: tableOf(fields, 'counts', count),
    lines: listOf(fields, 'lines', readLineCount),
    zones: listOf(fields, 'zones', readZoneCount),
    timingsMs: tableOf(fields, 'timings_ms', amount),
  };
}

export function readEvent(fields: Fields): ServerEvent {
  const kind = text(fields, 'kind');
  switch (kind) {
    case 'line_crossed':
      return {
        name: kind,
        line: text(fields, 'line'),
        direction: oneOf(fields, 'direction', DIRECTIONS),
        trackId: count(fields, 'track_id'),
        class: text(fields, 'class'),
      };
    case 'loitering':
      return {
        name: kind,
        zone: text(fields, 'zone'),
        seconds: amount(fields, 'seconds'),
        trackId: count(fields, 'track_id'),
        class: text(fields, 'class'),
      };
    case 'zone_above':
    case 'zone_below':
      return {
        name: kind,
        zone: text(fields, 'zone'),
        occupancy: count(fields, 'occupancy'),
        above: count(fields, 'above'),
      };
    case 'risk_changed':
      return { name: kind, from: oneOf(fields, 'from', RISKS), to: oneOf(fields, 'to', RISKS) };
    default:
      return { name: 'other', kind };
  }
}

function readFrameRef(fields: Fields): FrameRef {
  return { frame: count(fields, 'frame'), capturedUs: count(fields, 'captured_us') };
}

function readCrowd(fields: Fields): Crowd {
  return {
    total: amount(fields, 'total'),
    grid: readGrid(inner(fields, 'grid')),
    risk: oneOf(fields, 'risk', RISKS),
  };
}

function readGrid(fields: Fields): Grid {
  const [cols, rows] = [count(fields, 'cols'), count(fields, 'rows')];
  const cells = bytesOf(text(fields, 'data'));
  if (cells.length === 0 || cells.length !== cols * rows)
    throw new Malformed('data', `${cols} × ${rows} cells`);
  return { cols, rows, max: amount(fields, 'max'), cells };
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Malformed('data', 'base64');
  }
}

function readObject(fields: Fields): TrackedObject {
  const [bbox, velocity] = [inner(fields, 'bbox'), inner(fields, 'velocity')];
  return {
    trackId: count(fields, 'track_id'),
    class: text(fields, 'class'),
    confidence: amount(fields, 'confidence'),
    box: { x1: finite(bbox, 'x1'), y1: finite(bbox, 'y1'), x2: finite(bbox, 'x2'), y2: finite(bbox, 'y2') },
    velocity: { x: finite(velocity, 'x'), y: finite(velocity, 'y') },
    speedKmh: optional(fields, 'speed_kmh', amount),
    trail: optional(fields, 'trail', pairs) ?? [],
  };
}
