// The pages of the viewer, one row each. In: a path. Out: the page that stands there. Links between pages are
// plain ones: the server answers every path that is none of its own with index.html, and that page comes
// here.
import type { ComponentType } from 'react';
import { LivePage } from './pages/LivePage';
import { NotFoundPage } from './pages/NotFoundPage';
import type { PageProps } from './pages/page';

interface Route {
  /** Path without a slash at its end. */
  path: string;
  page: ComponentType<PageProps>;
}

const ROUTES: readonly Route[] = [{ path: '', page: LivePage }];

/** Page at a path. The name of index.html stands for its folder, as anywhere on the web. */
export function pageAt(path: string): ComponentType<PageProps> {
  const wanted = path.replace(/\/+(index\.html)?$/, '');
  return ROUTES.find((route) => route.path === wanted)?.page ?? NotFoundPage;
}
