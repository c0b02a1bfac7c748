// Rows of history as they are asked for. In: a camera and a time. Out: a hook with the rows, and the address
// of the table with them.
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/requests';
import type { Range } from './range';
import { readRows } from './rows';

/** Time between two looks at a time that goes up to now, ms: a row of a minute grows that often. */
const LOOK_EVERY_MS = 60_000;

export function useRows(camera: string | undefined, range: Range, enabled = true) {
  const address = `/api/history?${queryOf(camera, range)}`;
  return useQuery({
    queryKey: ['history', address],
    enabled,
    refetchInterval: LOOK_EVERY_MS,
    queryFn: async () => {
      const answer = await ask(address);
      const rows = answer.kind === 'ok' ? readRows(answer.body) : undefined;
      if (rows !== undefined) return rows;
      throw new Error(answer.kind === 'refused' ? answer.message : 'The server does not answer');
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
