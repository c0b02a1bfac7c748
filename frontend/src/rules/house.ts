// Cameras with their rules, and with what rules can name of them. In: bodies of `/api/cameras` and
// `/api/stats`, any value. Out: rules, lines, zones and classes of each, checked.
import type { FieldOf } from '../api/told';
import { checked, type Fields, inner, listOf, text } from '../protocol/check';
import { type ListedRule, readRules } from './rule';

/** What rules of a camera can name. */
export interface Places {
  lines: readonly string[];
  zones: readonly string[];
  /** Classes that are in the picture now. */
  classes: readonly string[];
}

/** A camera, as far as its rules are concerned. */
export interface RuledCamera {
  name: string;
  rules: readonly ListedRule[];
  /** What stands in its settings; a scene may have lines of its own besides. */
  places: Places;
}

const CAMERAS: FieldOf<'Cameras'> = 'cameras';
const [CAMERA, SETTINGS] = ['camera', 'settings'] as const satisfies readonly FieldOf<'Camera'>[];
const [LINES, ZONES, COUNTS] = ['lines', 'zones', 'counts'] as const satisfies readonly FieldOf<'Stats'>[];

const NONE: Places = { lines: [], zones: [], classes: [] };

/** Every camera; undefined where the answer makes no sense, or its rules are not told. */
export function readRuled(body: unknown): RuledCamera[] | undefined {
  return checked(body, (fields) => listOf(fields, CAMERAS, readCamera));
}

/** The rules of one camera, out of its description. */
export function readRulesOf(body: unknown): readonly ListedRule[] | undefined {
  return checked(body, (fields) => readRules(fields[SETTINGS]));
}

/** What is counted of a camera now; nothing where nobody counts. */
export function readPlaces(body: unknown): Places {
  return checked(body, placesOf) ?? NONE;
}

/** Places of several cameras, each name once. */
export function together(all: readonly Places[]): Places {
  const names = (of: (places: Places) => readonly string[]) => [...new Set(all.flatMap(of))];
  return {
    lines: names(({ lines }) => lines),
    zones: names(({ zones }) => zones),
    classes: names(({ classes }) => classes),
  };
}

function readCamera(fields: Fields): RuledCamera {
  const settings = fields[SETTINGS];
  return {
    name: text(fields, CAMERA),
    rules: readRules(settings) ?? [],
    places: readPlaces(settings),
  };
}

function placesOf(fields: Fields): Places {
  const ids = (name: string) =>
    fields[name] === undefined || fields[name] === null
      ? []
      : listOf(fields, name, (each) => text(each, 'id'));
  const counts = fields[COUNTS] === undefined || fields[COUNTS] === null ? {} : inner(fields, COUNTS);
  return { lines: ids(LINES), zones: ids(ZONES), classes: Object.keys(counts) };
}
