// Counts of lines and zones, each class by itself, as results tell of them. In: the fields of one. Out: typed
// values, checked, or a thrown `Malformed` that the parser in protocol.ts catches. A server that knows totals
// only leaves the rest out.
import { amount, count, type Fields, inner, optional, tableOf, text } from './check';

/** Numbers by class, named as the model names it. */
export type ByClass = ReadonlyMap<string, number>;

/** Tracks that crossed a line so far. */
export interface LineCount {
  id: string;
  inbound: number;
  outbound: number;
  /** What the tracks were; classes of which none has crossed are left out. */
  classes: { inbound: ByClass; outbound: ByClass };
}

/** Tracks that are in a zone now. */
export interface ZoneCount {
  id: string;
  occupancy: number;
  classes: ByClass;
  /** Number of those that do not move; undefined where the server does not say. */
  standing: number | undefined;
  /** Seconds that those in it have been there on average; undefined while it is empty. */
  meanDwellS: number | undefined;
  /** Seconds that the one who is there longest has been in it; undefined while it is empty. */
  longestDwellS: number | undefined;
}

export function readLineCount(fields: Fields): LineCount {
  const classes = optional(fields, 'classes', inner) ?? {};
  return {
    id: text(fields, 'id'),
    inbound: count(fields, 'inbound'),
    outbound: count(fields, 'outbound'),
    classes: { inbound: readClasses(classes, 'inbound'), outbound: readClasses(classes, 'outbound') },
  };
}

export function readZoneCount(fields: Fields): ZoneCount {
  return {
    id: text(fields, 'id'),
    occupancy: count(fields, 'occupancy'),
    classes: readClasses(fields, 'classes'),
    standing: optional(fields, 'standing', count),
    meanDwellS: optional(fields, 'mean_dwell_s', amount),
    longestDwellS: optional(fields, 'longest_dwell_s', amount),
  };
}

function readClasses(fields: Fields, name: string): ByClass {
  return optional(fields, name, (all, table) => tableOf(all, table, count)) ?? new Map<string, number>();
}
