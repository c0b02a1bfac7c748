// A screen on a wall, which nobody touches. In: what the page's address asks for. Out: one camera after the
// other with its numbers, large; or the one that the address names. No controls, no cursor; dimmed at night.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { browserCameras, browserSession } from '../live/browser_session';
import { CameraSession } from '../live/CameraSession';
import { Notice } from '../live/Notice';
import { PictureCanvas } from '../live/PictureCanvas';
import { useSession, useSnapshot } from '../live/session_context';
import { OverlayCanvas } from '../overlay/OverlayCanvas';
import { Numbers } from '../wall/Numbers';
import { isNight, useTurn } from '../wall/turns';
import type { PageProps } from './page';

export function WallPage({ address }: PageProps) {
  const [list] = useState(() => browserCameras(address));
  const all = useSyncExternalStore(list.store.subscribe, list.store.get);
  useEffect(() => {
    list.look();
    return list.keepUp();
  }, [list]);
  const turn = useTurn(all ?? []);
  const camera = address.camera ?? turn;
  if (camera === undefined) return <p className="wall-wait">Connecting</p>;
  return (
    <CameraSession camera={camera} make={() => browserSession({ ...address, camera }, 'automatic', list.ask)}>
      <Wall camera={camera} />
    </CameraSession>
  );
}

function Wall({ camera }: { camera: string }) {
  const session = useSession();
  const snapshot = useSnapshot();
  const dim = snapshot.connection.kind !== 'open';
  return (
    <main
      className="wall"
      data-testid="wall"
      data-camera={camera}
      data-night={isNight(new Date().getHours())}
    >
      <div className="stage">
        <PictureCanvas camera={camera} dim={dim} empty={snapshot.picture === undefined} />
        <OverlayCanvas host={session} dim={dim} />
        <Notice snapshot={snapshot} />
      </div>
      <footer className="wall-foot">
        <h1 className="wall-name">{camera}</h1>
        <Numbers camera={camera} />
      </footer>
    </main>
  );
}
