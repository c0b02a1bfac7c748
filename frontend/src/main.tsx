// The entry. In: the page's address. Out: one session, started, and the page around it. The only place that
// touches the browser's address bar, visibility and online events.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openBrowserSocket } from './connection/socket';
import { requestStatus } from './connection/status_request';
import { browserKeeper } from './storage/keeper';
import { browserTime } from './time/time';
import { readAddress, socketAddress, statusAddress, withoutToken } from './live/address';
import { App } from './pages/LivePage';
import { Session } from './live/session';
import { SessionContext } from './live/session_context';
import './style.css';

const { choice, complaint, token } = readAddress(window.location.href);
// By now the server has turned a token in the address into a cookie. It must not stay where shoulders and
// histories see it.
if (token !== undefined) window.history.replaceState(null, '', withoutToken(window.location.href));
// The development server sets no cookies for the backend, so there requests carry the token themselves.
const ownToken = import.meta.env.DEV ? token : undefined;

const session = new Session({
  address: (rung) => socketAddress(window.location.href, rung, ownToken),
  open: openBrowserSocket,
  time: browserTime,
  random: Math.random,
  choice,
  keepers: { analytics: browserKeeper('steadycast.analytics'), quality: browserKeeper('steadycast.quality') },
  askStatus: () => requestStatus(statusAddress(window.location.href, ownToken)),
});

const followVisibility = () => session.setVisible(document.visibilityState === 'visible');
document.addEventListener('visibilitychange', followVisibility);
window.addEventListener('online', () => session.retryNow());
followVisibility();
session.start();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <SessionContext value={session}>
      <App complaint={complaint} />
    </SessionContext>
  </StrictMode>,
);
