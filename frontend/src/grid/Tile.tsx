// One camera among others. In: the camera as the list has it, and how to make its session. Out: its picture
// as a link to the camera alone, with its name, state, people and risk below. A tile that cannot be seen
// watches nothing.
import { useRef } from 'react';
import { stateWord } from '../cameras/words';
import { CameraSession } from '../live/CameraSession';
import { PictureCanvas } from '../live/PictureCanvas';
import type { Session } from '../live/session';
import { useSnapshot } from '../live/session_context';
import { cameraState } from '../live/words';
import { peopleWord, riskWord } from '../panel/words';
import type { ListedCamera } from '../protocol/status';
import { useInSight } from './in_sight';
import { linkOf, linkWord } from './link';

interface Props {
  camera: ListedCamera;
  /** Address of the page that shows the camera alone. */
  href: string;
  make: (camera: string) => Session;
  onOpen: (camera: string) => void;
}

export function Tile({ camera, href, make, onOpen }: Props) {
  const tile = useRef<HTMLLIElement>(null);
  const seen = useInSight(tile);
  return (
    <li ref={tile} className="tile" data-testid="tile" data-camera={camera.name}>
      <CameraSession camera={camera.name} make={() => make(camera.name)} running={seen}>
        <a
          className="tile-link"
          href={href}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(camera.name);
          }}
        >
          <Picture camera={camera} />
          <Foot camera={camera} />
        </a>
      </CameraSession>
    </li>
  );
}

function Picture({ camera }: { camera: ListedCamera }) {
  const snapshot = useSnapshot();
  const { connection, picture } = snapshot;
  const words = overPicture(camera, connection.kind === 'open', picture !== undefined);
  return (
    <span className="tile-picture">
      <PictureCanvas camera={camera.name} dim={connection.kind !== 'open'} empty={picture === undefined} />
      {words !== undefined && <span className="tile-notice">{words}</span>}
    </span>
  );
}

/** What stands over a picture that is none, or an old one. */
function overPicture(camera: ListedCamera, open: boolean, painted: boolean): string | undefined {
  // A camera without pictures has its slate, which says why.
  if (open && painted) return undefined;
  return painted ? 'Connecting again' : (camera.reason ?? 'Connecting');
}

function Foot({ camera }: { camera: ListedCamera }) {
  const snapshot = useSnapshot();
  const { people, risk } = snapshot.analytics;
  const open = snapshot.connection.kind === 'open';
  const state = open ? cameraState(snapshot) : camera.state;
  const well = state === 'streaming';
  return (
    <span className="tile-foot">
      <span className="badge tile-name" data-state={state}>
        {camera.name}
      </span>
      {/* What is as it should be needs no word. */}
      {!well && (
        <span className="tile-state" data-state={state}>
          {state === 'stopped' ? 'Switched off' : (camera.reason ?? stateWord(state))}
        </span>
      )}
      {people.kind !== 'unknown' && (
        <span className="tile-people" data-testid="tile-people">
          {peopleWord(people)} <span className="unit">{people.total === 1 ? 'person' : 'people'}</span>
        </span>
      )}
      {risk !== undefined && (
        <span className="tile-risk" data-risk={risk}>
          {riskWord(risk)}
        </span>
      )}
      <span className="tile-link-dot" data-link={linkOf(snapshot)} title={linkWord(snapshot)} />
    </span>
  );
}
