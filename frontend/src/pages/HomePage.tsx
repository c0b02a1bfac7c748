// The page at the server's root. In: what the page's address asks for. Out: all cameras at once, one, or a
// screen on a wall. Where the address asks for none of these it depends on how many cameras there are.
import { lazy, useEffect, useState } from 'react';
import { requestStatus } from '../connection/status_request';
import { statusAddress } from '../live/address';
import { readCameras } from '../protocol/status';
import { browserKeeper } from '../storage/keeper';
import { GridPage } from './GridPage';
import { homeOf, readCount } from './home';
import { LivePage } from './LivePage';
import type { PageProps } from './page';

const WallPage = lazy(async () => ({ default: (await import('./WallPage')).WallPage }));

export function HomePage(props: PageProps) {
  switch (homeOf(props.address)) {
    case 'wall':
      return <WallPage {...props} />;
    case 'grid':
      return <GridPage {...props} />;
    case 'live':
      return <LivePage {...props} />;
    case 'by_number':
      return <ByNumber {...props} />;
  }
}

/** How many cameras there were at the last visit: who comes again waits for no answer. */
const kept = browserKeeper('steadycast.cameras');

/** The one camera where there is one; all of them where there are several, or a way to the first. */
function ByNumber(props: PageProps) {
  const { href } = props.address;
  const [count, setCount] = useState(() => readCount(kept.load()));
  useEffect(() => {
    let over = false;
    void requestStatus(statusAddress({ href, camera: undefined })).then((body) => {
      const cameras = readCameras(body)?.length;
      if (cameras !== undefined) kept.save(String(cameras));
      // Where nobody says, the page of one camera says why.
      if (!over) setCount((before) => cameras ?? before ?? 1);
    });
    return () => {
      over = true;
    };
  }, [href]);
  if (count === undefined)
    return (
      <p className="grid-notice" role="status">
        Connecting
      </p>
    );
  return count !== 1 ? <GridPage {...props} onCount={setCount} /> : <LivePage {...props} />;
}
