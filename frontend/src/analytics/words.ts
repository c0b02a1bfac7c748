// Analytics in words. In: figures. Out: short text for the panel. Pure; no markup.
import type { Risk } from '../protocol/analytics';
import { fixed } from '../viewer/words';

/** Lowest first: how many rungs of the ladder are lit. */
export const RISK_LADDER: readonly Risk[] = ['low', 'moderate', 'high', 'critical'];

const RISK_WORDS: Readonly<Record<Risk, string>> = { low: 'Low', moderate: 'Moderate', high: 'High', critical: 'Critical' };

export function riskWord(risk: Risk | undefined): string {
  return risk === undefined ? '–' : RISK_WORDS[risk];
}

/** The crowd's total has fractions, people have not. */
export function peopleWord(people: number | undefined): string {
  return fixed(people, 0);
}

export function silenceWord(seconds: number): string {
  return `No result for ${seconds} s`;
}

/** A class as the model names it, as the first word of a line. */
export function classWord(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
