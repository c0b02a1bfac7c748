// The page of all cameras. In: what the page's address asks for, and what to do for one camera. Out: the bar,
// and a tile for each camera, each with a session of its own that asks for small pictures alone.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { CamerasContext } from '../cameras/cameras_context';
import type { CameraList } from '../cameras/list';
import { Grid } from '../grid/Grid';
import { Bar } from '../layout/Bar';
import { pathOf, withCamera } from '../live/address';
import { browserCameras, browserSession } from '../live/browser_session';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import { WithAccount } from '../login/WithAccount';
import { Services } from '../services/Services';
import { useVisible } from '../ui/visible';
import type { PageProps } from './page';

/** Most tiles that are so large that half the width and height of a picture are seen in them. */
const LARGE_TILES = 4;

interface Props extends PageProps {
  /** Is told how many cameras there are, as often as the list comes. */
  onCount?: (cameras: number) => void;
}

export function GridPage({ address, onWatch, onGrid, onCount }: Props) {
  const [list] = useState(() => browserCameras(address));
  const all = useKeptUp(list);
  useEffect(() => {
    if (all !== undefined) onCount?.(all.length);
    // Only a new list is news.
  }, [all]);
  const services = useSyncExternalStore(list.services.subscribe, list.services.get);
  const [barred, setBarred] = useState(false);
  const largest = (all?.length ?? 0) > LARGE_TILES ? 4 : 2;
  const make = (camera: string) => browserSession({ ...address, camera }, 'automatic', list.ask, { largest });
  const hrefOf = (camera: string) => pathOf(withCamera(address.href, camera));
  const context = {
    all,
    fileTrouble: undefined,
    services,
    look: list.look,
    watch: onWatch,
    watchAll: onGrid,
  };
  return (
    <CamerasContext value={context}>
      <WithAccount href={address.href} connection={all === undefined ? 'connecting' : 'open'}>
        <div className="page">
          <Bar at="/">
            {all !== undefined && <span className="camera-count">{countWord(all.length)}</span>}
            <Services />
          </Bar>
          <main className="view">
            <h2 className="spoken">All cameras</h2>
            {barred ? (
              <LoggedOut />
            ) : all === undefined || all.length === 0 ? (
              <None known={all !== undefined} />
            ) : (
              <Grid cameras={all} hrefOf={hrefOf} make={make} onBarred={() => setBarred(true)} />
            )}
          </main>
        </div>
      </WithAccount>
    </CamerasContext>
  );
}

/** What stands in the place of tiles where there are none. */
function None({ known }: { known: boolean }) {
  const account = useAccount();
  return (
    <div className="grid-notice" role="status">
      <p>{known ? 'There is no camera yet' : 'Connecting'}</p>
      {known && account !== undefined && mayChange(account) && (
        <Link className="button main-button" href="/cameras?new">
          Add a camera
        </Link>
      )}
    </div>
  );
}

function LoggedOut() {
  return (
    <div className="grid-notice" role="alert" data-testid="logged-out">
      <p>Your session has ended</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        Log in
      </button>
    </div>
  );
}

/** The list of cameras, kept up while somebody can see the page. */
function useKeptUp(list: CameraList) {
  const visible = useVisible();
  useEffect(() => {
    if (!visible) return undefined;
    list.look();
    return list.keepUp();
  }, [list, visible]);
  return useSyncExternalStore(list.store.subscribe, list.store.get);
}

function countWord(cameras: number): string {
  return cameras === 1 ? '1 camera' : `${cameras} cameras`;
}
