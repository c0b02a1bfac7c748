// A screen on a wall, which nobody touches. In: what the page's address asks for. Out: one camera after the
// other with its numbers, large; or the one that the address names. No controls, no cursor; dimmed at night.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { isBarred } from '../connection/connection';
import { browserCameras, browserSession } from '../live/browser_session';
import { CameraSession } from '../live/CameraSession';
import { PictureCanvas } from '../live/PictureCanvas';
import { useSession, useSnapshot } from '../live/session_context';
import { noticeWord } from '../live/words';
import { OverlayCanvas } from '../overlay/OverlayCanvas';
import { browserTime } from '../time/time';
import { Numbers } from '../wall/Numbers';
import { isNight, useTurn } from '../wall/turns';
import type { PageProps } from './page';

/** Time after which a page that the server refuses is loaded again, ms: nobody is there to do it. */
const RELOAD_MS = 60_000;

export function WallPage({ address }: PageProps) {
  const [list] = useState(() => browserCameras(address));
  const all = useSyncExternalStore(list.store.subscribe, list.store.get);
  useEffect(() => {
    list.look();
    return list.keepUp();
  }, [list]);
  const turn = useTurn(all ?? []);
  const camera = address.camera ?? turn;
  if (camera === undefined) {
    return (
      <main className="wall" data-testid="wall">
        <p className="wall-wait">{all === undefined ? 'Connecting' : 'There is no camera'}</p>
      </main>
    );
  }
  return (
    <CameraSession camera={camera} make={() => browserSession({ ...address, camera }, 'automatic', list.ask)}>
      <Wall camera={camera} />
    </CameraSession>
  );
}

function Wall({ camera }: { camera: string }) {
  const session = useSession();
  const snapshot = useSnapshot();
  const { connection, picture } = snapshot;
  const dim = connection.kind !== 'open';
  const refused = connection.kind === 'refused';
  useEffect(
    () => (refused ? browserTime.after(RELOAD_MS, () => window.location.reload()) : undefined),
    [refused],
  );
  const words = noticeWord(snapshot) ?? (picture === undefined ? 'Connecting' : undefined);
  return (
    <main
      className="wall"
      data-testid="wall"
      data-camera={camera}
      data-night={isNight(new Date().getHours())}
    >
      <div className="stage">
        {!isBarred(connection) && (
          <>
            <PictureCanvas camera={camera} dim={dim} empty={picture === undefined} />
            <OverlayCanvas host={session} dim={dim} />
          </>
        )}
        {words !== undefined && (
          <div className="notice">
            <p className="notice-title">{words}</p>
          </div>
        )}
      </div>
      <footer className="wall-foot">
        <h1 className="wall-name">{camera}</h1>
        <Numbers camera={camera} />
      </footer>
    </main>
  );
}
