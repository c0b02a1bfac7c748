// One camera's session, for all that stands inside. In: how to make the session. Out: a context with it; the
// session runs while this is on the page, and follows the page's visibility and the browser's connection.
// Several of these may stand on one page.
import { type ReactNode, useEffect, useState } from 'react';
import type { Session } from './session';
import { SessionContext } from './session_context';

export function CameraSession({ make, children }: { make: () => Session; children: ReactNode }) {
  const [session] = useState(make);
  useEffect(() => run(session), [session]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Starts a session and lets it follow the browser; the returned function ends both. */
function run(session: Session): () => void {
  const followVisibility = () => session.setVisible(document.visibilityState === 'visible');
  const retry = () => session.retryNow();
  document.addEventListener('visibilitychange', followVisibility);
  window.addEventListener('online', retry);
  followVisibility();
  session.start();
  return () => {
    document.removeEventListener('visibilitychange', followVisibility);
    window.removeEventListener('online', retry);
    session.stop();
  };
}
