// What the page of cameras shows, as its address says it. In: the query of an address. Out: all cameras, a
// new one, or one camera with what is counted in it; and the other way round. Pure.

export const PATH = '/cameras';

export type Shown = { what: 'all' } | { what: 'new' } | { what: 'places' | 'source'; camera: string };

export const ALL = { what: 'all' } as const;

export function shownBy(search: string): Shown {
  const query = new URLSearchParams(search);
  const camera = query.get('camera') ?? '';
  if (camera !== '') return { what: query.has('source') ? 'source' : 'places', camera };
  return query.has('new') ? { what: 'new' } : ALL;
}

export function pathTo(shown: Shown): string {
  switch (shown.what) {
    case 'all':
      return PATH;
    case 'new':
      return `${PATH}?new`;
    case 'places':
      return `${PATH}?camera=${encodeURIComponent(shown.camera)}`;
    case 'source':
      return `${PATH}?camera=${encodeURIComponent(shown.camera)}&source`;
  }
}
