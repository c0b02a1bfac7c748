// Rows of history as they are asked for. In: a camera and a time. Out: a hook with the rows, and the address
// of the table with them.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ask } from '../api/requests';
import { Refused } from '../layout/refused';
import type { Range } from './range';
import { readRows } from './rows';

/** Time between two looks at a time that goes up to now, ms: the row that is being filled grows. */
const LOOK_EVERY_MS = 30_000;

interface When {
  /** Whether the time goes up to now. */
  live: boolean;
  enabled?: boolean;
}

export function useRows(camera: string | undefined, range: Range, { live, enabled = true }: When) {
  const address = `/api/history?${queryOf(camera, range)}`;
  return useQuery({
    queryKey: ['history', address],
    enabled,
    refetchInterval: live ? LOOK_EVERY_MS : false,
    // Charts stay until there are others.
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const answer = await ask(address);
      const rows = answer.kind === 'ok' ? readRows(answer.body) : undefined;
      if (rows === undefined) throw new Refused(answer);
      return rows;
    },
  });
}

export function csvAddress(camera: string | undefined, range: Range): string {
  return `/api/history.csv?${queryOf(camera, range)}`;
}

function queryOf(camera: string | undefined, { fromS, toS, step }: Range): string {
  const query = new URLSearchParams({ from: String(fromS), to: String(toS), step });
  if (camera !== undefined) query.set('camera', camera);
  return query.toString();
}
