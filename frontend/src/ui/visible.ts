// Whether the page can be seen. In: the browser's events. Out: a hook.
import { useSyncExternalStore } from 'react';

export function useVisible(): boolean {
  return useSyncExternalStore(follow, () => document.visibilityState === 'visible');
}

function follow(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
