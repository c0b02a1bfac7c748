// One camera's session, for all that stands inside. In: the camera, and how to make its session. Out: a
// context with it; the session runs while this is on the page, and follows the page's visibility and the
// browser's connection. Several of these may stand on one page.
import { type ReactNode, useEffect, useState } from 'react';
import type { Session } from './session';
import { SessionContext } from './session_context';

interface Props {
  /** Name of the camera; undefined stands for the server's default camera. */
  camera: string | undefined;
  /** Makes a session of the camera; `before` is the one of the camera before, if there was one. */
  make: (before: Session | undefined) => Session;
  /** Whether the session runs; one that does not watches nothing, and the last picture stays. */
  running?: boolean;
  children: ReactNode;
}

export function CameraSession({ camera, make, running = true, children }: Props) {
  const [{ session, of }, set] = useState(() => ({ session: make(undefined), of: camera }));
  // Another camera is another session, and all that stands inside stays: what has the focus keeps it.
  if (of !== camera) set({ session: make(session), of: camera });
  useEffect(() => (running ? run(session) : undefined), [session, running]);
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
