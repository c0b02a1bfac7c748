// The form of a rule. In: a rule, or what somebody has typed. Out: texts for the fields, the rule that they
// make, and what of it is missing. What else makes no sense is the server's to say. Pure.
import {
  type Day,
  DIRECTIONS,
  NEEDED,
  type Occasion,
  type PartName,
  PARTS,
  RISKS,
  type Rule,
  type RuleField,
  TELLERS,
} from './rule';
import { NEEDED_WORDS } from './words';

/** What stands in the fields, also in those that a rule of this kind does not have. */
export interface Form {
  id: string;
  when: Occasion;
  line: string;
  direction: string;
  class: string;
  faster_kmh: string;
  zone: string;
  above: string;
  risk: string;
  for_s: string;
  from: string;
  until: string;
  days: readonly Day[];
  tell: readonly string[];
  most_an_hour: string;
}

/** Name of a field that holds one text. */
export type TextField = Exclude<keyof Form, 'when' | 'days' | 'tell'>;

/** What is wrong, by field. */
export type Wrongs = Readonly<Partial<Record<RuleField, string>>>;

/** The first rule that most want: it needs no model, no line and no zone. */
export const EMPTY: Form = formOf({ id: '', when: 'source_lost' });

export function formOf(rule: Rule): Form {
  const said = (value: string | number | undefined) => (value === undefined ? '' : String(value));
  return {
    id: rule.id,
    when: rule.when,
    line: said(rule.line),
    direction: said(rule.direction),
    class: said(rule.class),
    faster_kmh: said(rule.faster_kmh),
    zone: said(rule.zone),
    above: said(rule.above),
    risk: said(rule.risk),
    for_s: said(rule.for_s),
    from: said(rule.from),
    until: said(rule.until),
    days: rule.days ?? [],
    tell: rule.tell ?? [],
    most_an_hour: said(rule.most_an_hour),
  };
}

/** The rule of a form, with what its kind has alone. */
export function ruleOf(form: Form): Rule {
  const parts = PARTS[form.when];
  const part = (name: PartName) => (parts.includes(name) ? given(form[name]) : undefined);
  return {
    id: form.id.trim(),
    when: form.when,
    line: part('line'),
    direction: DIRECTIONS.find((word) => word === part('direction')),
    class: part('class'),
    faster_kmh: numberOf(part('faster_kmh')),
    zone: part('zone'),
    above: numberOf(part('above')),
    risk: RISKS.find((word) => word === part('risk')),
    for_s: numberOf(part('for_s')),
    from: given(form.from),
    until: given(form.until),
    days: form.days,
    tell: form.tell,
    most_an_hour: numberOf(given(form.most_an_hour)),
  };
}

/** Fields that a rule of this kind needs, and that say nothing. */
export function missing(form: Form): Wrongs {
  const rule = ruleOf(form);
  const empty = (['id', ...(NEEDED[form.when] ?? [])] as const).filter(
    (name) => rule[name] === undefined || rule[name] === '',
  );
  return Object.fromEntries(empty.map((name) => [name, NEEDED_WORDS[name] ?? '']));
}

/** A list with a name in it or without it, in the order in which all are shown. */
export function toggled<T extends string>(all: readonly T[], chosen: readonly T[], name: T): T[] {
  return all.filter((each) => (each === name ? !chosen.includes(name) : chosen.includes(each)));
}

/** Services to choose from: those that are set, and those that the rule names all the same. */
export function tellersOf(there: readonly string[], chosen: readonly string[]): string[] {
  const known: readonly string[] = TELLERS;
  const shown = known.filter((name) => there.includes(name) || chosen.includes(name));
  return [...shown, ...chosen.filter((name) => !known.includes(name))];
}

function given(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : trimmed;
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || Number.isNaN(value) ? undefined : value;
}
