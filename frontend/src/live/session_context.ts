// How components reach the session of the stage that they stand on. In: the session that CameraSession.tsx
// provides. Out: hooks for the session and for its snapshot.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session } from './session';
import type { Snapshot } from './snapshot';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession needs a SessionContext around it');
  return session;
}

export function useSnapshot(): Snapshot {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
