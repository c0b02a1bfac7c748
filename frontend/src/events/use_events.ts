// Events as they are asked for. In: a filter. Out: hooks with pages of events, newest first, and with the
// number of newer ones that came meanwhile, which are not shown until somebody wants them.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask, type Answer } from '../api/requests';
import { readEvents, type PastEvent } from './event';
import type { Filter } from './filter';

/** Events of a page. */
const PAGE = 60;

/** Time between two looks whether there are newer ones, ms. */
const LOOK_EVERY_MS = 5_000;

/** Most newer ones that are counted. */
const MOST_NEWER = 100;

/** Why there are no events, in the server's words. */
export class NoEvents extends Error {}

type Asked = Pick<Filter, 'camera' | 'kind'>;

export function useEvents(filter: Asked) {
  return useInfiniteQuery({
    queryKey: ['events', filter.camera, filter.kind],
    queryFn: ({ pageParam }) => askEvents(filter, PAGE, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  });
}

/** Number of events that are newer than the one of this number. */
export function useNewer(filter: Asked, newest: number | undefined): number {
  const { data } = useQuery({
    queryKey: ['newer', filter.camera, filter.kind],
    queryFn: () => askEvents(filter, MOST_NEWER),
    refetchInterval: LOOK_EVERY_MS,
  });
  return newest === undefined ? 0 : (data ?? []).filter(({ id }) => id > newest).length;
}

/** The event of a number, of whatever kind and camera; undefined while it is not known. */
export function useEvent(id: number | undefined, among: readonly PastEvent[]): PastEvent | undefined {
  const known = among.find((event) => event.id === id);
  const { data } = useQuery({
    queryKey: ['event', id],
    queryFn: () => askEvents({ camera: undefined, kind: undefined }, 1, (id ?? 0) + 1),
    enabled: id !== undefined && known === undefined,
    staleTime: Infinity,
  });
  return known ?? data?.find((event) => event.id === id);
}

async function askEvents({ camera, kind }: Asked, limit: number, before?: number): Promise<PastEvent[]> {
  const query = new URLSearchParams({ limit: String(limit), from: '0' });
  if (camera !== undefined) query.set('camera', camera);
  if (kind !== undefined) query.set('kind', kind);
  if (before !== undefined) query.set('before', String(before));
  const answer = await ask(`/api/events?${query.toString()}`);
  const events = answer.kind === 'ok' ? readEvents(answer.body) : undefined;
  if (events === undefined) throw new NoEvents(whyNot(answer));
  return events;
}

function whyNot(answer: Answer): string {
  return answer.kind === 'refused' ? answer.message : 'The server does not answer';
}
