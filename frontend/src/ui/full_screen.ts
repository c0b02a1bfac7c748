// Whether anything of this page fills the screen. In: the browser's events. Out: a hook. Escape and the
// browser's own controls leave full screen without asking the page, so it is read from the browser and
// remembered nowhere.
import { useSyncExternalStore } from 'react';

export function useFullScreen(): boolean {
  return useSyncExternalStore(follow, isFull, () => false);
}

function follow(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
}

function isFull(): boolean {
  return document.fullscreenElement !== null;
}
