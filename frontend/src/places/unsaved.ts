// Changes that nobody has saved yet. In: editors of cameras as they are left. Out: the same ones for whoever
// comes back to them, as long as the page is open; and a question of the browser for whoever closes it.
import { type Editor, isChanged } from './editor';
import type { Sketch } from './sketch';

const left = new Map<string, Editor>();

/** Keeps what is not saved, and forgets the rest. */
export function keep(camera: string, editor: Editor): void {
  if (isChanged(editor)) left.set(camera, editor);
  else left.delete(camera);
  follow();
}

/** Takes note of what was saved, for an editor that has been left meanwhile; what it has besides stays. */
export function noteSaved(camera: string, sketch: Sketch): void {
  const editor = left.get(camera);
  if (editor !== undefined) keep(camera, { ...editor, saved: sketch });
}

/** Forgets what is not saved of a camera that is gone. */
export function forget(camera: string): void {
  left.delete(camera);
  follow();
}

function follow(): void {
  // Adding the same listener twice adds it once.
  if (left.size > 0) window.addEventListener('beforeunload', askFirst);
  else window.removeEventListener('beforeunload', askFirst);
}

export function kept(camera: string): Editor | undefined {
  return left.get(camera);
}

export function isUnsaved(camera: string): boolean {
  return left.has(camera);
}

function askFirst(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
