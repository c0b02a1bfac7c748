// What is wrong with a sketch. In: the sketch, and what the server refused. Out: words, each at the place
// that it is about. Pure. The server has the last word: this only saves a way to it.
import { sentence } from '../live/words';
import { isSame, MOST_LETTERS, type Place, type Sketch } from './sketch';

/** Words by key of the place. */
export type Wrongs = ReadonlyMap<number, string>;

export function wrongsOf(sketch: Sketch): Wrongs {
  const wrongs = sketch.map((place) => [place.key, wrongWith(place, sketch)] as const);
  return new Map(wrongs.flatMap(([key, why]) => (why === undefined ? [] : [[key, why]])));
}

function wrongWith({ key, kind, id, points }: Place, sketch: Sketch): string | undefined {
  if (id.trim() === '') return `A ${kind} needs a name`;
  if (Array.from(id).length > MOST_LETTERS) return `Names have at most ${MOST_LETTERS} letters`;
  if (sketch.some((other) => other.id === id && other.key < key)) return `There is another one named ${id}`;
  const [from, to] = points;
  if (kind === 'line' && from !== undefined && to !== undefined && isSame(from, to))
    return 'Both ends are at the same place';
  return undefined;
}

/** A refusal of the server, and the place that it names; undefined where it names none. */
export interface Refusal {
  words: string;
  key: number | undefined;
}

export function refusalOf(message: string, sketch: Sketch): Refusal {
  const named = sketch
    .filter(({ kind, id }) => id !== '' && message.includes(`${kind} ${id}`))
    // Of two names that begin alike, the longer one is meant.
    .toSorted((one, other) => other.id.length - one.id.length);
  return { words: sentence(message), key: named[0]?.key };
}
