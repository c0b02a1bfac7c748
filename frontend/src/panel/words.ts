// Analytics in words. In: figures. Out: short text for the panel. Pure; no markup.
import type { Loitering, Risk } from '../protocol/analytics';
import type { ByClass, LineCount, ZoneCount } from '../protocol/counts';
import type { Anchor, Line, Zone } from '../protocol/places';
import type { People } from '../results/figures';
import type { Late } from '../results/lateness';
import { type Bars, CROWD_MODEL, notYet } from '../results/service';
import { durationWord, fixed } from '../ui/numbers';

/** Risks from the lowest: as many rungs of the ladder are lit as a risk stands high. */
export const RISK_LADDER: readonly Risk[] = ['low', 'moderate', 'high', 'critical'];

const RISK_WORDS: Readonly<Record<Risk, string>> = {
  low: 'Low',
  moderate: 'Moderate',
  high: 'High',
  critical: 'Critical',
};

export function riskWord(risk: Risk | undefined): string {
  return risk === undefined ? '–' : RISK_WORDS[risk];
}

/** Number of people as text, rounded: the crowd's total has fractions, people have not. */
export function peopleWord(people: People): string {
  return people.kind === 'unknown' ? '–' : fixed(people.total, 0);
}

/** Words on where the number of people comes from, since it need not be that of the boxes. */
export const PEOPLE_HOW: Readonly<
  Record<Exclude<People['kind'], 'unknown'>, { word: string; more: string }>
> = {
  estimated: {
    word: 'estimated from density',
    more:
      'The crowd model estimates everybody in the picture, ' +
      'also those whom the detector cannot tell apart and gives no box.',
  },
  counted: {
    word: 'counted by boxes',
    more: 'No crowd model says anything, so these are the people to whom the detector gives a box.',
  },
};

/**
 * What risk lacks while people are counted by boxes. Where a crowd model runs, no other one is needed: it may
 * have said nothing yet, and its last heat may still be drawn when its figures are too old to show.
 */
export function riskLacks(bars: Bars): string {
  switch (bars.heat) {
    case undefined:
      return 'no recent estimate';
    case notYet(CROWD_MODEL):
      return 'no estimate yet';
    default:
      return 'needs a crowd model';
  }
}

export function offWord(reason: string | undefined): string {
  return reason === undefined ? 'Analytics are off' : `Analytics are off: ${reason}`;
}

export function silenceWord(seconds: number): string {
  return `No result for ${seconds} s`;
}

/** How late a layer is, and whether it is drawn all the same. */
export function lateWord({ seconds, shown }: Late): string {
  const age = `${fixed(seconds, seconds < 10 ? 1 : 0)} s old`;
  return shown ? age : `the last result is ${age}, too old to draw`;
}

/** Words behind a figure that is older than one would think; nothing behind any other. */
export function ageWord(ageS: number | undefined): string {
  return ageS === undefined ? '' : `${durationWord(ageS)} ago`;
}

/** Delay in the unit that suits it. */
export function delayWord(delayMs: number | undefined): [figure: string, unit: string] {
  return delayMs !== undefined && delayMs >= 1_000
    ? [fixed(delayMs / 1_000, 1), 's']
    : [fixed(delayMs, 0), 'ms'];
}

const ANCHOR_WORDS: Readonly<Record<Anchor, string | undefined>> = {
  // Where a thing stands is where everybody expects it to cross.
  foot: undefined,
  middle: 'by the middle of the box',
  top: 'by the upper edge of the box',
  left: 'by the left edge of the box',
  right: 'by the right edge of the box',
  unknown: 'by a part of the box not known to this page',
};

/** Words under a line's name: what counts there, where that is not the usual; nothing where it is. */
export function lineNote({ classes: { inbound, outbound } }: LineCount, line: Line | undefined): string {
  const [only, ...more] = new Set([...inbound.keys(), ...outbound.keys()]);
  const filter = line?.classes ?? [];
  const counted = filter.length > 0 ? `only ${filter.join(', ')}` : more.length === 0 ? only : undefined;
  return joined([counted, line && ANCHOR_WORDS[line.at]]);
}

/** Classes that crossed a line, most often first; none while there are no two of them to tell apart. */
export function classesOf({ classes: { inbound, outbound } }: LineCount) {
  const names = [...new Set([...inbound.keys(), ...outbound.keys()])];
  if (names.length < 2) return [];
  return names
    .map((name) => ({ name, inbound: inbound.get(name) ?? 0, outbound: outbound.get(name) ?? 0 }))
    .toSorted((a, b) => b.inbound + b.outbound - a.inbound - a.outbound || a.name.localeCompare(b.name));
}

/** Words under a zone's name: who is there and how many of them stand; nothing while it is empty. */
export function zoneNote({ occupancy, classes, standing }: ZoneCount): string {
  if (occupancy === 0) return '';
  const stand = standing === undefined ? undefined : whole(`${standing} standing`);
  return joined([classes.size > 0 ? byClassWord(classes) : undefined, stand]);
}

function byClassWord(classes: ByClass): string {
  return [...classes]
    .toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b))
    .map(([name, number]) => `${number} ${name}`)
    .join(', ');
}

/** Words under the name of a zone that holds more than it may without a word; nothing under any other. */
export function fullWord({ occupancy }: ZoneCount, zone: Zone | undefined): string {
  const above = zone?.above;
  return above !== undefined && occupancy > above ? `more than ${above}` : '';
}

/** Words on how long those in a zone have been there; nothing while it is empty. */
export function dwellWord({ meanDwellS, longestDwellS }: ZoneCount): string {
  return joined([
    meanDwellS === undefined ? undefined : `mean ${whole(durationWord(meanDwellS))}`,
    longestDwellS === undefined ? undefined : `longest ${whole(durationWord(longestDwellS))}`,
  ]);
}

/** Whether somebody in a zone has been there for as long as its owner thinks too long. */
export function isLoitering({ longestDwellS }: ZoneCount, zone: Zone | undefined): boolean {
  return longestDwellS !== undefined && longestDwellS >= (zone?.loiterS ?? Infinity);
}

export function loiterKey({ zone, trackId }: Loitering): string {
  return `${trackId} ${zone}`;
}

/** Text that stays on one line: a figure apart from its unit is read twice. */
function whole(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** Name of a class as the first word of a line. */
export function classWord(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
