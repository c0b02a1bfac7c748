// The page that the browser's address leads to, and the next one when the address changes. In: the address,
// through wouter. Out: that page, and ways to others.
import { Suspense } from 'react';
import { useLocation, useSearch } from 'wouter';
import { readAddress, withCamera, withGrid } from './live/address';
import { pageAt } from './routes';

export function App() {
  const [path, go] = useLocation();
  // Not read: a change of it is a change of the address.
  useSearch();
  const address = readAddress(window.location.href);
  const Page = pageAt(path);
  const open = (href: string) => {
    const { pathname, search } = new URL(href);
    go(`${pathname}${search}`);
  };
  return (
    <Suspense fallback={<p className="spoken">Loading</p>}>
      <Page
        address={address}
        onWatch={(camera) => open(withCamera(address.href, camera))}
        onGrid={() => open(withGrid(address.href))}
      />
    </Suspense>
  );
}
