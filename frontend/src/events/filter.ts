// Which events are shown, as the page's address says it. In: the query of an address. Out: a filter, and the
// other way round. Pure.
import { isKind, type Kind } from './event';

export interface Filter {
  /** Camera whose events are shown; undefined: those of all. */
  camera: string | undefined;
  /** Kind that is shown; undefined: all. */
  kind: Kind | undefined;
  /** Number of the event that is shown large; undefined: none. */
  event: number | undefined;
}

export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const kind = query.get('kind');
  const event = Number(query.get('event') ?? '');
  return {
    camera: query.get('camera') || undefined,
    kind: isKind(kind) ? kind : undefined,
    event: Number.isSafeInteger(event) && event > 0 ? event : undefined,
  };
}

/** Query that says a filter, with its question mark; empty where nothing is filtered. */
export function withFilter({ camera, kind, event }: Filter): string {
  const query = new URLSearchParams();
  if (camera !== undefined) query.set('camera', camera);
  if (kind !== undefined) query.set('kind', kind);
  if (event !== undefined) query.set('event', String(event));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
