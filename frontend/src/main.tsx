// The entry. In: the browser's address bar. Out: the page that the address leads to. The only file that
// touches the address bar and the document's root.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readAddress, withoutToken } from './live/address';
import { pageAt } from './routes';
import './style/index.css';

const asked = readAddress(window.location.href);
// By now the server has turned a token in the address into a cookie. It must not stay where shoulders and
// histories see it.
if (asked.token !== undefined) window.history.replaceState(null, '', withoutToken(asked.href));
// The development server sets no cookies for the backend, so there requests carry the token themselves.
const address = { ...asked, token: import.meta.env.DEV ? asked.token : undefined };
const Page = pageAt(window.location.pathname);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Page address={address} />
  </StrictMode>,
);
