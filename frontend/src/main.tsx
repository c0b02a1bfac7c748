// The entry. In: the browser's address bar. Out: the page that the address leads to, and the next one when
// the address changes. A token in the address is handed over and taken out of it before anything else is
// asked for. The only file that touches the address bar and the document's root.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readAddress, tokenIn, withCamera, withoutToken } from './live/address';
import { logIn } from './login/login';
import { pageAt } from './routes';
import './style/index.css';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
const root = createRoot(element);

function show(): void {
  const address = readAddress(window.location.href);
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

// The server takes tokens out of addresses itself; the development server has none of that.
const token = tokenIn(window.location.href);
if (token === undefined) {
  show();
} else {
  window.history.replaceState(null, '', withoutToken(window.location.href));
  // With a wrong one the page says what is missing.
  void logIn({ token }, window.location.href).finally(show);
}
