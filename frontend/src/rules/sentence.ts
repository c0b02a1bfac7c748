// A rule as a sentence that people read. In: a rule, the camera that it is of, and the services that there
// are. Out: pieces of text, of which some are names. Pure; no markup.
import { serviceName } from '../services/words';
import type { Rule } from './rule';
import { DAY_WORDS, lastingWord, listWord, oneOfClass } from './words';

/** A piece of a sentence. */
export interface Piece {
  words: string;
  /** Whether it is a name that somebody gave: of a line, a zone, a camera. */
  isName: boolean;
}

/** The sentence of a rule; of no camera, for one of all. */
export function sentenceOf(rule: Rule, camera: string | undefined): Piece[] {
  return joined([
    ...occasion(rule),
    ...where(rule, camera),
    plain(`, tell ${telling(rule)}`),
    plain([hours(rule), days(rule), often(rule)].map((part) => part && `, ${part}`).join('')),
    plain('.'),
  ]);
}

/** A sentence as plain text. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ words }) => words).join('');
}

/** Services that a rule names and that are not there; none where it names none. */
export function unsetServices({ tell = [] }: Rule, there: readonly string[]): string[] {
  return tell.filter((name) => !there.includes(name));
}

function occasion(rule: Rule): Piece[] {
  switch (rule.when) {
    case 'line_crossed':
      return [
        plain(`When ${oneOfClass(rule.class, 'anything')} crosses `),
        rule.line === undefined ? plain('any line') : name(rule.line),
        plain(rule.direction === undefined ? '' : ` ${rule.direction}`),
        plain(rule.faster_kmh === undefined ? '' : ` faster than ${rule.faster_kmh}\u00a0km/h`),
      ];
    case 'people':
      return [plain(`Once more than ${amountOf(rule)} people ${lasting(rule, 'are', 'have been')} in sight`)];
    case 'zone':
      return [
        plain(`Once more than ${amountOf(rule)} ${lasting(rule, 'stand', 'have stood')} in `),
        rule.zone === undefined ? plain('a zone') : name(rule.zone),
        plain(held(rule)),
      ];
    case 'risk':
      return [plain(`Once the risk ${lasting(rule, 'is', 'has been')} ${riskWord(rule)}${held(rule)}`)];
    case 'seen': {
      const what = oneOfClass(rule.class, 'something');
      return [plain(`Once ${what} ${lasting(rule, 'is seen', 'has been seen')}${held(rule)}`)];
    }
    case 'loitering':
      return [
        plain(`When ${oneOfClass(rule.class, 'somebody')} loiters in `),
        rule.zone === undefined ? plain('any zone') : name(rule.zone),
      ];
    case 'source_lost':
      // Before ten seconds are over nothing is told in any case.
      return [plain(`Once no pictures have come for ${lastingWord(Math.max(rule.for_s ?? 0, 10))}`)];
    case 'model_failed':
      return [plain('When a model is given up')];
    case 'storage_trouble':
      return [plain(`Once history ${lasting(rule, 'cannot', 'could not')} be written${held(rule)}`)];
  }
}

function where(rule: Rule, camera: string | undefined): Piece[] {
  const tail = rule.when === 'people' ? held(rule) : '';
  if (rule.when === 'storage_trouble') return [];
  const on = camera === undefined ? [plain(' on any camera')] : [plain(' on '), name(camera)];
  return [...on, plain(tail)];
}

function telling({ tell = [] }: Rule): string {
  return tell.length === 0 ? 'all services' : listWord(tell.map(serviceName));
}

/** Hours of the day; nothing where that is the whole of it. */
function hours({ from, until }: Rule): string {
  if (from === until) return '';
  if (until === undefined) return `from ${from ?? ''} until midnight`;
  return from === undefined ? `from midnight to ${until}` : `from ${from} to ${until}`;
}

function days({ days = [] }: Rule): string {
  return days.length === 0 || days.length === 7 ? '' : `on ${listWord(days.map((day) => DAY_WORDS[day]))}`;
}

function often({ most_an_hour: most }: Rule): string {
  return most === undefined ? '' : `at most ${most} an hour`;
}

function amountOf({ above }: Rule): string {
  return above === undefined ? '…' : above.toLocaleString('en');
}

function riskWord({ risk }: Rule): string {
  if (risk === undefined) return '…';
  return risk === 'critical' ? risk : `${risk} or higher`;
}

/** The one word where something is told at once, the other where it has to last. */
function lasting({ for_s }: Rule, atOnce: string, forLong: string): string {
  return for_s === undefined || for_s === 0 ? atOnce : forLong;
}

function held({ for_s }: Rule): string {
  return for_s === undefined || for_s === 0 ? '' : ` for ${lastingWord(for_s)}`;
}

function plain(words: string): Piece {
  return { words, isName: false };
}

function name(words: string): Piece {
  return { words, isName: true };
}

/** Pieces without empty ones, and with plain ones beside each other as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (piece.words === '') continue;
    if (last !== undefined && !last.isName && !piece.isName) last.words += piece.words;
    else whole.push({ ...piece });
  }
  return whole;
}
