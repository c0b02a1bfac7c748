// What the server refuses about rules, and at which field it belongs. In: the words of a refusal, the name of
// the rule that was sent, and its place in the list. Out: the field, where that can be told, and words. Pure.
import { sentence } from '../live/words';
import { NEEDED_WORDS } from './words';
import { type RuleField } from './rule';

export interface Refusal {
  /** Field of the rule that was sent; undefined where it is about something else. */
  field: RuleField | undefined;
  words: string;
}

/** Where the server's words begin behind whose rules they are about. */
const WHOSE = /^(all cameras|camera [a-z0-9_-]+): /;

/** A value that cannot be read, with its place such as `rules[0].from` or `rules[0].days[1]`. */
const PLACE = /^rules\[(\d+)\](?:\.([a-z_]+))?[^:]*: /;

/** What the sentences begin with that do not begin with the name of their field. */
const BEGINNINGS: readonly (readonly [RegExp, RuleField])[] = [
  [/^an id must/, 'id'],
  [/^there is no line/, 'line'],
  [/^there is no zone/, 'zone'],
  [/^sheets gets rows/, 'tell'],
  [/ happens to no camera/, 'when'],
];

/** Every field, so that a name is known for one. */
const FIELDS: Readonly<Record<RuleField, true>> = {
  id: true,
  when: true,
  line: true,
  direction: true,
  class: true,
  faster_kmh: true,
  zone: true,
  above: true,
  risk: true,
  for_s: true,
  from: true,
  until: true,
  days: true,
  tell: true,
  most_an_hour: true,
};

export function refusalOf(message: string, id: string, at: number): Refusal {
  const said = message.replace(WHOSE, '');
  const general: Refusal = { field: undefined, words: sentence(message) };
  if (said === `two rules have the id ${id}`)
    return { field: 'id', words: 'Another rule has this name already' };
  const place = PLACE.exec(said);
  if (place !== null) {
    const [found, number, name] = place;
    if (Number(number) !== at) return general;
    const field = name !== undefined && isField(name) ? name : undefined;
    return field === undefined ? general : { field, words: sentence(said.slice(found.length)) };
  }
  const ours = `rule ${id}: `;
  return said.startsWith(ours) ? aboutRule(said.slice(ours.length)) : general;
}

function aboutRule(said: string): Refusal {
  const field = fieldIn(said);
  if (field === undefined) return { field, words: sentence(said) };
  if (said.startsWith(`${field} is missing`)) return { field, words: NEEDED_WORDS[field] ?? sentence(said) };
  // The name of the field stands above the words.
  return { field, words: sentence(said.startsWith(`${field} `) ? `it${said.slice(field.length)}` : said) };
}

function fieldIn(said: string): RuleField | undefined {
  const first = said.split(' ', 1)[0] ?? '';
  return isField(first) ? first : BEGINNINGS.find(([beginning]) => beginning.test(said))?.[1];
}

function isField(name: string): name is RuleField {
  return Object.hasOwn(FIELDS, name);
}
