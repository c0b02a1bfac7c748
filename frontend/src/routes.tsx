// The pages of the viewer, one row each. In: a path. Out: the page that stands there. The server answers
// every path that is none of its own with index.html, and that page comes here. Pages that are not needed at
// once are loaded when somebody goes there.
import { type ComponentType, lazy } from 'react';
import { HomePage } from './pages/HomePage';
import { NotFoundPage } from './pages/NotFoundPage';
import type { PageProps } from './pages/page';

interface Route {
  /** Path without a slash at its end. */
  path: string;
  page: ComponentType<PageProps>;
  /** Name of the page; undefined for the live one, which has that of the product. */
  title: string | undefined;
}

export const CamerasPage = lazy(async () => ({ default: (await import('./pages/CamerasPage')).CamerasPage }));
export const EventsPage = lazy(async () => ({ default: (await import('./pages/EventsPage')).EventsPage }));
export const HistoryPage = lazy(async () => ({ default: (await import('./pages/HistoryPage')).HistoryPage }));
export const RulesPage = lazy(async () => ({ default: (await import('./pages/RulesPage')).RulesPage }));
export const StatePage = lazy(async () => ({ default: (await import('./pages/StatePage')).StatePage }));

const ROUTES: readonly Route[] = [
  { path: '', page: HomePage, title: undefined },
  { path: '/events', page: EventsPage, title: 'Events' },
  { path: '/history', page: HistoryPage, title: 'History' },
  { path: '/cameras', page: CamerasPage, title: 'Cameras' },
  { path: '/rules', page: RulesPage, title: 'Rules' },
  { path: '/state', page: StatePage, title: 'State' },
];

const NOWHERE: Route = { path: '', page: NotFoundPage, title: 'Not found' };

/** Page at a path. The name of index.html stands for its folder, as anywhere on the web. */
export function routeAt(path: string): Route {
  const wanted = path.replace(/\/+(index\.html)?$/, '');
  return ROUTES.find((route) => route.path === wanted) ?? NOWHERE;
}
