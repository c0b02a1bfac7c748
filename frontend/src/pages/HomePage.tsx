// The page at the server's root. In: what the page's address asks for. Out: all cameras at once, one, or a
// screen on a wall.
import { lazy } from 'react';
import { GridPage } from './GridPage';
import { LivePage } from './LivePage';
import type { PageProps } from './page';

const WallPage = lazy(async () => ({ default: (await import('./WallPage')).WallPage }));

export function HomePage(props: PageProps) {
  if (props.address.wall) return <WallPage {...props} />;
  return props.address.grid ? <GridPage {...props} /> : <LivePage {...props} />;
}
