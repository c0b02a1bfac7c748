// The entry. In: the browser's address bar. Out: the page that the address leads to, and the next one when
// the address changes. The only file that touches the address bar and the document's root.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readAddress, withCamera, withoutToken } from './live/address';
import { pageAt } from './routes';
import './style/index.css';

const asked = readAddress(window.location.href);
// By now the server has turned a token in the address into a cookie. It must not stay where shoulders and
// histories see it.
if (asked.token !== undefined) window.history.replaceState(null, '', withoutToken(asked.href));
// The development server sets no cookies for the backend, so there requests carry the token themselves.
const token = import.meta.env.DEV ? asked.token : undefined;

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
const root = createRoot(element);

function show(): void {
  const address = { ...readAddress(window.location.href), token };
  const Page = pageAt(window.location.pathname);
  root.render(
    <StrictMode>
      <Page address={address} onWatch={watch} />
    </StrictMode>,
  );
}

function watch(camera: string): void {
  window.history.pushState(null, '', withCamera(window.location.href, camera));
  show();
}

// Back and forward.
window.addEventListener('popstate', show);
show();
