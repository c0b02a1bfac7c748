// Cameras as they are asked for, and changes of them. In: nothing. Out: hooks with the list, looked at every
// few seconds, and with the removals that can still be undone.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { forget } from '../places/unsaved';
import { browserTime } from '../time/time';
import type { Camera } from './camera';
import { listCameras, listUploads, removeCamera } from './requests';
import { Removals, type Waiting } from './removals';
import { refusedWord } from './words';

/** Time between two looks, ms: a camera that was switched on comes within seconds. */
const LOOK_EVERY_MS = 2_000;

const KEY = ['described cameras'];

export function useCameraList() {
  return useQuery({ queryKey: KEY, queryFn: listCameras, refetchInterval: LOOK_EVERY_MS });
}

/** Shows a camera as a change has left it, before the next look. */
export function noteCamera(client: QueryClient, camera: Camera): void {
  overtake(client);
  client.setQueryData<Camera[]>(KEY, (all = []) =>
    all.some(({ name }) => name === camera.name)
      ? all.map((each) => (each.name === camera.name ? camera : each))
      : [...all, camera],
  );
}

/** Has an answer that is under way, and older than a change, not undo it. */
function overtake(client: QueryClient): void {
  void client.cancelQueries({ queryKey: KEY });
}

/** What senders call their uploads, by source; nothing where no camera plays one. */
export function useUploadNames(cameras: readonly Camera[]): ReadonlyMap<string, string> {
  const { data = [] } = useQuery({
    queryKey: ['uploads'],
    queryFn: listUploads,
    enabled: cameras.some(({ source }) => source.startsWith('upload:')),
    staleTime: LOOK_EVERY_MS,
  });
  return new Map(data.map(({ source, original }) => [source, original]));
}

interface UsedRemovals {
  waiting: Waiting;
  begin: (camera: string) => void;
  undo: (camera: string) => void;
  /** Why the last one was refused; undefined where none was. */
  refused: string | undefined;
}

export function useRemovals(): UsedRemovals {
  const client = useQueryClient();
  const [refused, setRefused] = useState<string>();
  const [removals] = useState(() => {
    const gone = (camera: string) => {
      overtake(client);
      client.setQueryData<Camera[]>(KEY, (all) => all?.filter(({ name }) => name !== camera));
    };
    return new Removals(browserTime, (camera) => {
      gone(camera);
      forget(camera);
      removeCamera(camera).catch((error: unknown) => {
        setRefused(`${camera}: ${refusedWord(error)}`);
        void client.invalidateQueries({ queryKey: KEY });
      });
    });
  });
  useEffect(() => {
    window.addEventListener('pagehide', removals.finish);
    return () => {
      window.removeEventListener('pagehide', removals.finish);
      removals.finish();
    };
  }, [removals]);
  const waiting = useSyncExternalStore(removals.store.subscribe, removals.store.get);
  return { waiting, begin: removals.begin, undo: removals.undo, refused };
}
