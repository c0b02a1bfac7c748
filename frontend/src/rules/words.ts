// Words about rules. In: kinds, fields and names. Out: short text for the page. Pure; no markup.
import type { Day, Occasion, RuleField } from './rule';

/** Kinds of rules, as somebody chooses one. */
export const OCCASION_WORDS: Readonly<Record<Occasion, string>> = {
  line_crossed: 'A line is crossed',
  people: 'Many people are in sight',
  zone: 'A zone is too full',
  risk: 'The risk is high',
  seen: 'Something is seen',
  loitering: 'Somebody loiters',
  source_lost: 'Pictures are lost',
  model_failed: 'A model fails',
  storage_trouble: 'History cannot be written',
};

/** Names of the fields of the form. */
export const FIELD_WORDS: Readonly<Record<RuleField, string>> = {
  id: 'Name',
  when: 'When',
  line: 'Line',
  direction: 'Direction',
  class: 'Of what',
  faster_kmh: 'Faster than (km/h)',
  zone: 'Zone',
  above: 'More than',
  risk: 'Risk from',
  for_s: 'Lasting at least (s)',
  from: 'From',
  until: 'Until',
  days: 'Days',
  tell: 'Told by',
  most_an_hour: 'Messages an hour at most',
};

export const DAY_WORDS: Readonly<Record<Day, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

/** What is said of a field that a rule of its kind needs, and that is empty. */
export const NEEDED_WORDS: Readonly<Partial<Record<RuleField, string>>> = {
  id: 'Give the rule a name',
  above: 'Say a number',
  zone: 'Choose a zone',
  risk: 'Choose a risk',
  class: 'Say of what, such as person or car',
};

/** Hints under fields; most need none. */
export const HINTS: Readonly<Partial<Record<RuleField, string>>> = {
  class: 'As the model names it, such as person or car',
  from: 'By the clock of the server',
  tell: 'All services, where none is chosen',
  days: 'Every day, where none is chosen. The hours begin on these days.',
};

/** "a, b and c". */
export function listWord(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** A number of seconds, as one says it. */
export function lastingWord(seconds: number): string {
  const [amount, unit] =
    seconds >= 7_200 && seconds % 3_600 === 0
      ? [seconds / 3_600, 'h']
      : seconds >= 120 && seconds % 60 === 0
        ? [seconds / 60, 'min']
        : [seconds, 's'];
  return `${amount}\u00a0${unit}`;
}

/** A class with its article: "a car", "an elephant"; anything where it is any. */
export function oneOfClass(name: string | undefined, any: string): string {
  if (name === undefined) return any;
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** Whose rules these are. */
export function scopeWord(camera: string | undefined): string {
  return camera === undefined ? 'All cameras' : camera;
}

export function emptyWord(camera: string | undefined): string {
  return camera === undefined
    ? 'No rule holds for all cameras. One that tells when pictures are lost is a good first.'
    : 'No rule of its own; those of all cameras hold for it.';
}

/** What stands in the place of the services where none is set. */
export const NO_SERVICE =
  'No service is set, so nobody is told. Name one in the settings, such as ' +
  'STEADYCAST_NTFY_URL=https://ntfy.sh/a-name-that-nobody-guesses, and start the server again.';

export function removedWord(id: string): string {
  return `Rule ${id} was removed`;
}

/** What is wrong where a rule names services, by their names for people, that are not set. */
export function unsetWord(missing: readonly string[]): string {
  return `${listWord(missing)} ${missing.length === 1 ? 'is' : 'are'} not set up`;
}

/** What is said of a camera's rule that has the name of one of all. */
export const INSTEAD = 'Takes the place of the rule of this name of all cameras';

export const UNKNOWN_RULE = 'A rule of a kind that this page does not know; a newer one does';

export const REMOVING = 'Removing the rule …';

export function backWord(id: string): string {
  return `Rule ${id} is back`;
}

export function savedWord(id: string): string {
  return `Rule ${id} is saved`;
}

/** What stands above the lists while there is no rule at all. */
export const BEGIN =
  'Nobody is told anything yet. Add a rule for all cameras or for one of them: it says what has to happen, ' +
  'when it is told, and by which services.';

export const ONLY_CHANGERS = 'Rules are shown to those alone who may change cameras';
