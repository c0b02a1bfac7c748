// Analytics in words. In: figures. Out: short text for the panel. Pure; no markup.
import type { Risk } from '../protocol/analytics';
import type { People } from '../results/figures';
import { fixed } from '../ui/numbers';

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

export function offWord(reason: string | undefined): string {
  return reason === undefined ? 'Analytics are off' : `Analytics are off: ${reason}`;
}

export function silenceWord(seconds: number): string {
  return `No result for ${seconds} s`;
}

/** Reason why a layer is not drawn: its results are too old for the picture. */
export function lateWord(seconds: number): string {
  return `results are ${fixed(seconds, seconds < 10 ? 1 : 0)} s late, too old to draw`;
}

/** Name of a class as the first word of a line. */
export function classWord(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
