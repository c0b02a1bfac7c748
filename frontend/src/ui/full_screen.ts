// Whether an element fills the screen. In: the element and the browser's events. Out: a hook. Escape and the
// browser's own controls leave full screen without asking the page, so the answer is read from the browser
// each time and remembered nowhere.
import { type RefObject, useSyncExternalStore } from 'react';

export function useFullScreen(target: RefObject<Element | null>): boolean {
  const fills = () => target.current !== null && document.fullscreenElement === target.current;
  return useSyncExternalStore(follow, fills, () => false);
}

function follow(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
}
