// Who changed what, as it is asked for. In: nothing. Out: a hook with pages of entries, newest first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { ask } from '../api/requests';
import { Refused } from '../layout/refused';
import { readAudit } from './audit';

/** Entries of a page. */
const PAGE = 30;

/** Time between two looks, ms. */
const LOOK_EVERY_MS = 15_000;

export const AUDIT_KEY = ['audit'];

export function useAudit() {
  return useInfiniteQuery({
    queryKey: AUDIT_KEY,
    queryFn: async ({ pageParam }) => {
      const before = pageParam === undefined ? '' : `&before=${pageParam}`;
      const answer = await ask(`/api/audit?limit=${PAGE}${before}`);
      const entries = answer.kind === 'ok' ? readAudit(answer.body) : undefined;
      if (entries === undefined) throw new Refused(answer);
      return entries;
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    // Without a database there will be none until the server starts anew.
    refetchInterval: (query) => (query.state.error === null ? LOOK_EVERY_MS : false),
  });
}
