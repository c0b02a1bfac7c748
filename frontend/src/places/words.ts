// Words about lines and zones that are drawn. In: places, counts, and what is being done. Out: short text for
// the page and for those who hear it. Pure; no markup.
import type { Point } from '../protocol/places';
import type { AnalyticsView } from '../results/view';
import type { Drawing } from './drawing';
import type { Grip } from './grips';
import type { Kind, Place, Sketch } from './sketch';

export const KIND_WORDS: Readonly<Record<Kind, string>> = { line: 'Line', zone: 'Zone' };

export const NOTHING_DRAWN =
  'Draw a line across a path, and people and vehicles are counted as they cross it, in and out. ' +
  'A zone tells how many are inside, and for how long.';

const USUAL_HINT =
  'Drag lines, zones and their points; the arrow keys move what has the focus (Shift: farther), ' +
  'Delete removes it, Ctrl+Z undoes.';

/** What is counted meanwhile of places that nobody drew, such as those of the drawn plaza. */
export function ownWord(sketch: Sketch, { places: { lines, zones } }: AnalyticsView): string | undefined {
  const names = [...lines, ...zones].map(({ id }) => id);
  if (sketch.length > 0 || names.length === 0) return undefined;
  return `Until something is saved, the source counts at places of its own: ${names.join(', ')}.`;
}

/** What can be done now. */
export function hintWord(drawing: Drawing | undefined): string {
  if (drawing === undefined) return USUAL_HINT;
  const { kind, points } = drawing;
  if (kind === 'line')
    return points.length === 0
      ? 'Drag from one end of the line to the other. Enter puts one into the middle.'
      : 'Click where the line ends.';
  if (points.length === 0) return 'Click at each corner of the zone. Enter puts one into the middle.';
  return points.length < 3
    ? 'Click at the next corner.'
    : 'Click at the next corner, or at the first one to close the zone.';
}

export function placeWord({ kind, id }: Place): string {
  return `${KIND_WORDS[kind]} ${id}`;
}

/** A part of a place, and where that is. */
export function gripWord(grip: Grip, sketch: Sketch): string {
  const place = sketch.find(({ key }) => key === grip.key);
  if (place === undefined) return '';
  const word = placeWord(place);
  if (grip.part === 'whole') return word;
  const { points, kind } = place;
  if (grip.part === 'edge') {
    const next = ((grip.index + 1) % points.length) + 1;
    return `${word}, a new corner between ${grip.index + 1} and ${next}`;
  }
  const end = grip.index === 0 ? 'beginning' : 'end';
  const part = kind === 'line' ? end : `corner ${grip.index + 1} of ${points.length}`;
  return `${word}, ${part}: ${whereWord(points[grip.index])}`;
}

function whereWord(point: Point | undefined): string {
  if (point === undefined) return 'nowhere';
  const percent = (share: number) => Math.round(100 * share);
  return `${percent(point.x)} % from the left, ${percent(point.y)} % from the top`;
}

/** What is counted at a place, as the server has it; what is not saved is not counted. */
export function countWord({ kind, id }: Place, saved: Sketch, view: AnalyticsView): string {
  if (view.offer.kind === 'off') return 'Not counted: analytics are off';
  if (!saved.some((place) => place.kind === kind && place.id === id)) return 'Counted once it is saved';
  if (kind === 'line') {
    const line = view.lines.find((each) => each.id === id);
    return line === undefined ? 'No count yet' : `In ${line.inbound}, out ${line.outbound}`;
  }
  const zone = view.zones.find((each) => each.id === id);
  return zone === undefined ? 'No count yet' : `${zone.occupancy} inside now`;
}

/** What is said where a save would undo another one's. */
export const MEANWHILE =
  'Somebody else has changed what is counted here. Save again to put yours in its place, or discard yours.';

export type Saving = 'none' | 'under way' | 'done' | 'refused';

export function saveWord(isChanged: boolean, saving: Saving): string {
  if (saving === 'under way') return 'Saving …';
  if (isChanged) return saving === 'refused' ? 'Not saved' : 'Not saved yet';
  return saving === 'done' ? 'Saved' : '';
}
