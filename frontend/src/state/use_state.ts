// The state of the server as it is asked for. In: nothing. Out: hooks with what it says of itself, with what
// does not work as it should, and with its metrics, looked at every few seconds while the page can be seen.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askText } from '../api/requests';
import { Refused } from '../layout/refused';
import { browserTime } from '../time/time';
import type { Looks } from './figures';
import { readSamples } from './metrics';
import { readServer, readWrongs } from './server';

/** Time between two looks, ms. */
const LOOK_EVERY_MS = 3_000;

const METRICS_KEY = ['metrics'];

export function useServer() {
  return useQuery({
    queryKey: ['server'],
    queryFn: async () => {
      const answer = await ask('/api/status');
      const state = answer.kind === 'ok' ? readServer(answer.body) : undefined;
      if (state === undefined) throw new Refused(answer);
      return state;
    },
    refetchInterval: LOOK_EVERY_MS,
  });
}

/** Sentences about what does not work as it should. */
export function useWrongs() {
  return useQuery({
    queryKey: ['ready'],
    queryFn: async () => {
      const answer = await ask('/api/ready');
      const wrongs = readWrongs(answer);
      if (wrongs === undefined) throw new Refused(answer);
      return wrongs;
    },
    refetchInterval: LOOK_EVERY_MS,
  });
}

/** Two looks at the metrics; null for who may not see them, undefined while nobody has answered. */
export function useLooks(): Looks | null | undefined {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: METRICS_KEY,
    queryFn: async (): Promise<Looks | null> => {
      const answer = await askText('/metrics');
      if (answer.kind === 'refused' && answer.status === 403) return null;
      if (answer.kind !== 'ok' || typeof answer.body !== 'string') throw new Refused(answer);
      const now = { atMs: browserTime.now(), samples: readSamples(answer.body) };
      return { now, before: client.getQueryData<Looks>(METRICS_KEY)?.now };
    },
    refetchInterval: (query) => (query.state.data === null ? false : LOOK_EVERY_MS),
    // Two looks are as far apart as this says, so that the rates between them are steady.
    refetchOnWindowFocus: false,
  });
  return data;
}
