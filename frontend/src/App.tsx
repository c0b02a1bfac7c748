// The page that the browser's address leads to, and the next one when the address changes. In: the address,
// through wouter. Out: that page, and ways to others.
import { Suspense, useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Boundary } from './layout/Boundary';
import { noteLive } from './layout/last_live';
import { pathOf, readAddress, withCamera, withGrid } from './live/address';
import { routeAt } from './routes';

export function App() {
  const [path, go] = useLocation();
  // Not read here: a change of it is a change of the address.
  const search = useSearch();
  const address = readAddress(window.location.href);
  const { page: Page, title } = routeAt(path);
  useEffect(() => {
    document.title = title === undefined ? 'Steadycast' : `${title} – Steadycast`;
    noteLive(path, search);
  }, [title, path, search]);
  return (
    <Boundary key={path}>
      <Suspense fallback={<p className="grid-notice">Loading</p>}>
        <Page
          address={address}
          onWatch={(camera) => go(pathOf(withCamera(address.href, camera)))}
          onGrid={() => go(pathOf(withGrid(address.href)))}
        />
      </Suspense>
    </Boundary>
  );
}
