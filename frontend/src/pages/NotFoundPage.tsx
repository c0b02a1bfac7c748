// The page for addresses that lead nowhere. In: the address. Out: what is wrong with it, what to do, and a
// link to the camera.
import type { PageProps } from './page';

export function NotFoundPage({ address }: Pick<PageProps, 'address'>) {
  return (
    <main className="lost" data-testid="not-found">
      <h1 className="notice-title">There is no page at {new URL(address.href).pathname}</h1>
      <p className="notice-text">Check the address for a typing error, or go on to the live picture.</p>
      <a className="button" href="/">
        Watch the camera
      </a>
    </main>
  );
}
