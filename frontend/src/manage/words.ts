// Words about cameras that are added and changed. In: cameras, and what became of changes. Out: short text
// for the page. Pure; no markup.
import { stateWord } from '../cameras/words';
import { sentence } from '../live/words';
import type { Camera } from './camera';

export const NOBODY =
  'Cameras are changed by whoever has logged in as an admin. What you see here changes nothing.';

export const EMPTY = {
  title: 'There is no camera yet',
  text: 'Add the first one: the address of a camera, a webcam of the server, or a video from this device.',
};

/** How a camera fares: what it is doing, and why not what it should. */
export function stateLine({ state, reason, off }: Camera): string {
  if (off) return 'Switched off';
  return reason === undefined ? stateWord(state) : `${stateWord(state)}: ${reason}`;
}

/** Where its pictures come from; an upload is named as its sender calls it. */
export function sourceWord({ source, hasPassword }: Camera, uploads: ReadonlyMap<string, string>): string {
  const original = uploads.get(source);
  if (original !== undefined) return `${original}, uploaded`;
  return hasPassword ? `${source}, with a password` : source;
}

export function switchWord({ off }: Camera, isUnderWay: boolean): string {
  if (isUnderWay) return 'Switching …';
  return off ? 'Switch on' : 'Switch off';
}

/** What is counted in a camera's pictures. */
export function placesWord({ lines, zones }: Camera): string {
  const parts = [numberWord(lines.length, 'line'), numberWord(zones.length, 'zone')];
  return parts.filter((part) => part !== undefined).join(', ') || 'Nothing drawn yet';
}

function numberWord(many: number, what: string): string | undefined {
  return many === 0 ? undefined : `${many} ${what}${many === 1 ? '' : 's'}`;
}

export function removedWord(camera: string): string {
  return `${camera} is removed`;
}

export function undoWord(seconds: number): string {
  return `Undo (${seconds} s)`;
}

/** Why a change was not made. */
export function refusedWord(error: unknown): string {
  return sentence(error instanceof Error ? error.message : 'The change was not made');
}
