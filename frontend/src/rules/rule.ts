// Rules as the server has them: who is told what, and when. In: bodies of `/api/rules` and of cameras'
// settings, any value. Out: rules, checked field by field, each with its fields as they came, since a list is
// saved as a whole; and what is sent for one. How a rule reads, and its form, do not belong here.
import type { FieldOf, Same, Told } from '../api/told';
import { amount, checked, type Fields, listOf, oneOf, optional, text, texts } from '../protocol/check';

export const OCCASIONS = [
  'line_crossed',
  'people',
  'zone',
  'risk',
  'seen',
  'loitering',
  'source_lost',
  'model_failed',
  'storage_trouble',
] as const;
export const DIRECTIONS = ['inbound', 'outbound'] as const;
export const RISKS = ['low', 'moderate', 'high', 'critical'] as const;
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Services that can tell a rule, in the order in which they are shown. */
export const TELLERS = ['webhook', 'telegram', 'ntfy', 'apprise', 'mqtt'] as const;

export type Occasion = (typeof OCCASIONS)[number];
export type Day = (typeof DAYS)[number];

type ToldRule = Told<'Rule'>;
type ToldOf<Name extends keyof ToldRule> = Exclude<ToldRule[Name], undefined>;

/** Neither more words than the server has, nor fewer. */
export const WORDS_FIT: readonly [
  Same<Occasion, ToldOf<'when'>>,
  Same<(typeof DIRECTIONS)[number], ToldOf<'direction'>>,
  Same<(typeof RISKS)[number], ToldOf<'risk'>>,
  Same<Day, ToldOf<'days'>[number]>,
  Same<(typeof TELLERS)[number], ToldOf<'tell'>[number]>,
] = [true, true, true, true, true];

/** Name of a field of a rule. */
export type RuleField = FieldOf<'Rule'>;

/** Name of a field that narrows a rule down. */
export type PartName = Exclude<
  RuleField,
  'id' | 'when' | 'from' | 'until' | 'days' | 'tell' | 'most_an_hour'
>;

/** A rule; what is undefined is not narrowed down. */
export interface Rule {
  id: string;
  when: Occasion;
  line?: string | undefined;
  direction?: (typeof DIRECTIONS)[number] | undefined;
  class?: string | undefined;
  faster_kmh?: number | undefined;
  zone?: string | undefined;
  above?: number | undefined;
  risk?: (typeof RISKS)[number] | undefined;
  for_s?: number | undefined;
  from?: string | undefined;
  until?: string | undefined;
  days?: readonly Day[] | undefined;
  /** Names of services; none stand for all that there are. */
  tell?: readonly string[] | undefined;
  most_an_hour?: number | undefined;
}

/** A rule of a list. */
export interface ListedRule {
  id: string;
  /** The rule; undefined where a newer server has one that is not known here. */
  rule: Rule | undefined;
  /** Fields of the rule, as they are sent. */
  fields: Fields;
}

/** Fields that narrow a rule of each kind down, in the order of the form. */
export const PARTS: Readonly<Record<Occasion, readonly PartName[]>> = {
  line_crossed: ['line', 'direction', 'class', 'faster_kmh'],
  people: ['above', 'for_s'],
  zone: ['zone', 'above', 'for_s'],
  risk: ['risk', 'for_s'],
  seen: ['class', 'for_s'],
  loitering: ['zone', 'class'],
  source_lost: ['for_s'],
  model_failed: [],
  storage_trouble: ['for_s'],
};

/** Fields without which a rule of a kind says nothing. */
export const NEEDED: Readonly<Partial<Record<Occasion, readonly PartName[]>>> = {
  people: ['above'],
  zone: ['zone', 'above'],
  risk: ['risk'],
  seen: ['class'],
};

const RULES: FieldOf<'Rules'> & FieldOf<'CameraSettings'> = 'rules';

/** The list of rules in a body, or in the settings of a camera; none where there is no such list. */
export function readRules(body: unknown): ListedRule[] | undefined {
  return checked(body, (fields) =>
    fields[RULES] === undefined || fields[RULES] === null ? [] : listOf(fields, RULES, readListed),
  );
}

/** A rule as one of a list. */
export function listed(rule: Rule): ListedRule {
  return { id: rule.id, rule, fields: fieldsOf(rule) };
}

/** What is sent for a rule: what is given. */
export function fieldsOf(rule: Rule): Fields {
  const isGiven = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => isGiven(value)));
}

function readListed(fields: Fields): ListedRule {
  return { id: text(fields, 'id'), rule: checked(fields, readRule), fields };
}

function readRule(fields: Fields): Rule {
  return {
    id: text(fields, 'id'),
    when: oneOf(fields, 'when', OCCASIONS),
    line: optional(fields, 'line', text),
    direction: optional(fields, 'direction', (from, name) => oneOf(from, name, DIRECTIONS)),
    class: optional(fields, 'class', text),
    faster_kmh: optional(fields, 'faster_kmh', amount),
    zone: optional(fields, 'zone', text),
    above: optional(fields, 'above', amount),
    risk: optional(fields, 'risk', (from, name) => oneOf(from, name, RISKS)),
    for_s: optional(fields, 'for_s', amount),
    from: optional(fields, 'from', text),
    until: optional(fields, 'until', text),
    days: DAYS.filter((day) => (optional(fields, 'days', texts) ?? []).includes(day)),
    tell: optional(fields, 'tell', texts),
    most_an_hour: optional(fields, 'most_an_hour', amount),
  };
}
