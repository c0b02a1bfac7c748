// The page of one camera. In: what the page's address asks for, and what to do for another camera. Out: a
// session of its own, the list of cameras, and the view of both.
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { type Cameras, CamerasContext } from '../cameras/cameras_context';
import type { CameraList } from '../cameras/list';
import { Strip } from '../grid/Strip';
import { pathOf, withCamera } from '../live/address';
import { browserCameras, browserSession } from '../live/browser_session';
import { CameraKeys } from '../live/CameraKeys';
import { CameraSession } from '../live/CameraSession';
import { keepChoice, keptChoice } from '../live/kept_choice';
import { LiveView } from '../live/LiveView';
import type { Session } from '../live/session';
import { useSession, useSnapshot } from '../live/session_context';
import { WithAccount } from '../login/WithAccount';
import { browserKeeper } from '../storage/keeper';
import { useVisible } from '../ui/visible';
import type { PageProps } from './page';

/** Scale of the largest pictures of other cameras: these are an eighth as wide and high. */
const SMALL = 8;

/** Where it is kept what is shown beside the picture. */
const KEPT = { details: browserKeeper('steadycast.details'), others: browserKeeper('steadycast.others') };

export function LivePage({ address, onWatch, onGrid }: PageProps) {
  const [list] = useState(() => browserCameras(address));
  // A quality that was chosen by hand is kept.
  const make = (before: Session | undefined) =>
    browserSession(address, before?.choice ?? keptChoice() ?? address.choice, list.ask);
  const other = (camera: string) =>
    browserSession({ ...address, camera }, 'automatic', list.ask, { largest: SMALL });
  return (
    <CameraSession camera={address.camera} make={make}>
      <WithCameras list={list} onWatch={onWatch} onGrid={onGrid}>
        <Watched href={address.href} complaint={address.complaint} make={other} />
        <CameraKeys />
      </WithCameras>
    </CameraSession>
  );
}

interface WatchedProps {
  href: string;
  complaint: string | undefined;
  /** Makes the session of another camera. */
  make: (camera: string) => Session;
}

function Watched({ href, complaint, make }: WatchedProps) {
  const { connection, camera } = useSnapshot();
  const hrefOf = (name: string) => pathOf(withCamera(href, name));
  return (
    <WithAccount href={href} connection={connection.kind}>
      <LiveView
        complaint={complaint}
        kept={KEPT}
        others={<Strip large={camera} hrefOf={hrefOf} make={make} />}
      />
    </WithAccount>
  );
}

interface WithCamerasProps {
  list: CameraList;
  onWatch: (camera: string) => void;
  onGrid: () => void;
  children: ReactNode;
}

/**
 * Keeps the list of cameras up while the server lets this page watch and somebody can see it, and goes back
 * to a camera that had gone.
 */
function WithCameras({ list, onWatch, onGrid, children }: WithCamerasProps) {
  const session = useSession();
  const { connection, camera } = useSnapshot();
  const all = useSyncExternalStore(list.store.subscribe, list.store.get);
  const fileTrouble = useSyncExternalStore(list.fileTrouble.subscribe, list.fileTrouble.get);
  const gone = connection.kind === 'refused' && connection.why === 'camera';
  const services = useSyncExternalStore(list.services.subscribe, list.services.get);
  const keeping = useVisible() && (connection.kind === 'open' || gone);
  useEffect(() => (keeping ? list.keepUp() : undefined), [list, keeping, gone]);
  useEffect(() => {
    if (all?.some(({ name }) => name === (camera ?? name))) session.reopen();
    // Only a new list is news: the old one may still name a camera that has just gone.
  }, [all]);
  useEffect(() => () => keepChoice(session.choice), [session]);
  const watch = (name: string) => (name === camera ? session.reopen() : onWatch(name));
  const cameras: Cameras = { all, fileTrouble, services, look: list.look, watch, watchAll: onGrid };
  return <CamerasContext value={cameras}>{children}</CamerasContext>;
}
