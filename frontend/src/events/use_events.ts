// Events as they are asked for. In: a filter. Out: hooks with pages of events, newest first, with the number
// of newer ones that came meanwhile, which are not shown until somebody wants them, and with one event.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask } from '../api/requests';
import { Refused } from '../layout/refused';
import { readEvents, type PastEvent } from './event';
import type { Filter } from './filter';

/** Events of a page. */
const PAGE = 60;

/** Time between two looks whether there are newer ones, ms. */
const LOOK_EVERY_MS = 5_000;

/** Most newer ones that are counted. */
export const MOST_NEWER = 50;

/** Seconds around its number in which an event is looked for: a slow model tells of it later. */
const AROUND_S = 60;

/** Most events that the server gives at once. */
const MOST = 1_000;

type Asked = Pick<Filter, 'camera' | 'kind'>;

export function useEvents(filter: Asked) {
  return useInfiniteQuery({
    queryKey: ['events', filter.camera, filter.kind],
    queryFn: ({ pageParam }) => askEvents(filter, { limit: PAGE, before: pageParam, from: 0 }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  });
}

/** Number of events that are newer than the one of this number; 0 while no event is known. */
export function useNewer(filter: Asked, newest: number | undefined): number {
  const { data } = useQuery({
    queryKey: ['newer', filter.camera, filter.kind],
    queryFn: () => askEvents(filter, { limit: MOST_NEWER, from: 0 }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return newest === undefined ? 0 : (data ?? []).filter(({ id }) => id > newest).length;
}

/** The event of a number: undefined while it is not known, null where it is not kept. */
export function useEvent(id: number | undefined, among: readonly PastEvent[]): PastEvent | undefined | null {
  const known = among.find((event) => event.id === id);
  const atS = Math.floor((id ?? 0) / 1_000_000);
  const { data } = useQuery({
    queryKey: ['event', id],
    // The number is the time at which it was told, as a rule.
    queryFn: () => askEvents({}, { limit: MOST, from: atS - AROUND_S, to: atS + AROUND_S }),
    enabled: id !== undefined && known === undefined,
    staleTime: Infinity,
  });
  return known ?? (data === undefined ? undefined : (data.find((event) => event.id === id) ?? null));
}

interface Which {
  limit: number;
  before?: number | undefined;
  from: number;
  to?: number;
}

async function askEvents({ camera, kind }: Partial<Asked>, which: Which): Promise<PastEvent[]> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ camera, kind, ...which }))
    if (value !== undefined) query.set(name, String(value));
  const answer = await ask(`/api/events?${query.toString()}`);
  const events = answer.kind === 'ok' ? readEvents(answer.body) : undefined;
  if (events === undefined) throw new Refused(answer);
  return events;
}
