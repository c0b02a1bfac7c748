// The bar above the picture. In: a snapshot, the cameras from the context, and what the page's address got
// wrong. Out: which camera this is, as a menu where there are others; the states of camera and connection;
// what there is to complain about: that address, and that there are no analytics where there are none;
// the services for who may change things; and a way out for who has logged in.
import { CameraMenu } from '../cameras/CameraMenu';
import { useCameras } from '../cameras/cameras_context';
import { isBarred } from '../connection/connection';
import { Navigation } from '../layout/Navigation';
import { ThemeButton } from '../layout/ThemeButton';
import { LogOut } from '../login/LogOut';
import { offWord } from '../panel/words';
import { Services } from '../services/Services';
import { Brand } from '../ui/Brand';
import { IconButton } from '../ui/IconButton';
import type { Snapshot } from './snapshot';
import { cameraState, cameraWord, connectionWord, viewersWord } from './words';

/** Four tiles. */
const ALL_ICON = 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z';

/** A space that takes room. */
const NO_NAME = '\u00a0';

interface Props {
  snapshot: Snapshot;
  complaint: string | undefined;
}

export function Header({ snapshot, complaint }: Props) {
  const { connection, status, analytics } = snapshot;
  const camera = cameraState(snapshot);
  const barred = isBarred(connection);
  return (
    <header className="bar">
      <div className="name">
        <Brand />
        <Navigation at="/" />
        <Name snapshot={snapshot} />
      </div>
      <div className="badges">
        {complaint !== undefined && (
          <span className="trouble" data-testid="address-complaint" data-failed="true">
            {complaint}
          </span>
        )}
        {!barred && analytics.offer.kind === 'off' && <Off reason={analytics.offer.reason} />}
        {!barred && status && <span className="viewers">{viewersWord(status.viewers)}</span>}
        <span
          className="badge"
          data-testid="camera-state"
          data-state={camera}
          data-dim={connection.kind !== 'open'}
        >
          {connection.kind === 'open' ? cameraWord(camera) : 'No picture'}
        </span>
        <span className="badge" data-testid="connection" data-state={connection.kind}>
          {connectionWord(connection)}
        </span>
        {/* Without a connection the list is an old one. */}
        {connection.kind === 'open' && <Services />}
        <ThemeButton />
        <LogOut />
      </div>
    </header>
  );
}

/** Name of the camera; a menu where there are others to watch. */
function Name({ snapshot: { camera, hello, connection } }: { snapshot: Snapshot }) {
  const { all = [], look, watch, watchAll } = useCameras();
  // A name out of the address may be none.
  const watched = hello?.camera ?? all.find(({ name }) => name === camera)?.name;
  if (!isBarred(connection) && all.some(({ name }) => name !== watched))
    return (
      <>
        <IconButton
          hook="all-cameras"
          className="all-cameras"
          label="All cameras"
          icon={ALL_ICON}
          onClick={watchAll}
        />
        <CameraMenu cameras={all} watched={watched} onOpen={look} onChoose={watch} />
      </>
    );
  // Its room is kept, so that nothing moves once the server has said its name.
  if (watched === undefined)
    return (
      <span className="camera" aria-hidden="true">
        {NO_NAME}
      </span>
    );
  return (
    <span className="camera" data-testid="camera">
      {watched}
    </span>
  );
}

/** Badge for analytics that are off. Why those failed, or what they need, stands under the bar. */
function Off({ reason }: { reason: string | undefined }) {
  return (
    <span className="trouble" data-testid="analytics-off" data-failed={reason !== undefined} title={reason}>
      {offWord(undefined)}
    </span>
  );
}
