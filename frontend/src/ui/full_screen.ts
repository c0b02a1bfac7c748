// Whether an element fills the screen. In: the element and the browser's events. Out: a hook, and the change.
// Escape and the browser's own controls leave full screen without asking the page, so the answer is read from
// the browser each time and remembered nowhere.
import { type RefObject, useSyncExternalStore } from 'react';

export function useFullScreen(target: RefObject<Element | null>): boolean {
  const fills = () => target.current !== null && document.fullscreenElement === target.current;
  return useSyncExternalStore(follow, fills, () => false);
}

/** Has an element fill the screen, or not any more. */
export function toggleFullScreen(target: Element | null): void {
  const fills = target !== null && document.fullscreenElement === target;
  const change = fills ? document.exitFullscreen() : target?.requestFullscreen();
  // A refusal by the browser leaves things as they were; there is nothing to undo.
  change?.catch(() => undefined);
}

function follow(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
}
