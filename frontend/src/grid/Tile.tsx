// One camera among others. In: the camera as the list has it, and how to make its session. Out: its picture
// as a link to the camera alone, with its name, state, people and risk below. A tile that cannot be seen
// watches nothing.
import { memo, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { stateWord } from '../cameras/words';
import { isBarred } from '../connection/connection';
import { CameraSession } from '../live/CameraSession';
import { PictureCanvas } from '../live/PictureCanvas';
import type { Session } from '../live/session';
import { useSession, useSnapshot } from '../live/session_context';
import { cameraState, noticeWord } from '../live/words';
import { peopleWord, riskWord } from '../panel/words';
import type { ListedCamera } from '../protocol/status';
import { useVisible } from '../ui/visible';
import { useInSight } from './in_sight';
import { linkOf, linkWord } from './link';

interface Props {
  camera: ListedCamera;
  /** Address of the page that shows the camera alone. */
  href: string;
  make: (camera: string) => Session;
  /** Is told when the server lets this page watch no longer. */
  onBarred?: (() => void) | undefined;
}

export function Tile({ camera, href, make, onBarred }: Props) {
  const tile = useRef<HTMLLIElement>(null);
  const [seen, visible] = [useInSight(tile), useVisible()];
  return (
    <li ref={tile} className="tile" data-testid="tile" data-camera={camera.name}>
      <CameraSession camera={camera.name} make={() => make(camera.name)} running={seen && visible}>
        <Link className="tile-link" href={href} aria-label={`Camera ${camera.name}, shown alone`}>
          <Picture camera={camera} onBarred={onBarred} />
        </Link>
        <Foot camera={camera} />
      </CameraSession>
    </li>
  );
}

function Picture({ camera, onBarred }: Pick<Props, 'camera' | 'onBarred'>) {
  const session = useSession();
  const snapshot = useSnapshot();
  const { connection, picture } = snapshot;
  const gone = connection.kind === 'refused' && connection.why === 'camera';
  useEffect(() => {
    // The list has it again.
    if (gone) session.reopen();
    // Each answer of the list is another camera.
  }, [camera]);
  const barred = isBarred(connection);
  useEffect(() => {
    if (barred) onBarred?.();
  }, [barred]);
  const open = connection.kind === 'open';
  const words = noticeWord(snapshot) ?? (open && picture !== undefined ? undefined : waitWord(camera));
  return (
    <div className="tile-picture">
      {!barred && <PictureCanvas camera={camera.name} dim={!open} empty={picture === undefined} />}
      {words !== undefined && <div className="tile-notice">{words}</div>}
    </div>
  );
}

/** What stands over a picture that is none yet, or an old one. */
function waitWord({ state, reason }: ListedCamera): string {
  return state === 'stopped' ? 'Switched off' : (reason ?? 'Connecting');
}

function Foot({ camera }: { camera: ListedCamera }) {
  const snapshot = useSnapshot();
  const { people, risk } = snapshot.analytics;
  const open = snapshot.connection.kind === 'open';
  const state = open ? cameraState(snapshot) : camera.state;
  return (
    <FootLine
      name={camera.name}
      state={state}
      // What is as it should be needs no word.
      trouble={state === 'streaming' ? '' : wordOf(camera, state)}
      // Without a connection these would be of another moment.
      people={!open || people.kind === 'unknown' ? undefined : peopleWord(people)}
      risk={open ? risk : undefined}
      link={linkOf(snapshot)}
      linkWord={linkWord(snapshot)}
    />
  );
}

function wordOf({ reason }: ListedCamera, state: ListedCamera['state']): string {
  return state === 'stopped' ? 'Switched off' : (reason ?? stateWord(state));
}

interface FootLineProps {
  name: string;
  state: ListedCamera['state'];
  trouble: string;
  people: string | undefined;
  risk: Parameters<typeof riskWord>[0];
  link: string;
  linkWord: string;
}

/** Drawn anew only where a word changes: snapshots come several times a second. */
const FootLine = memo(function FootLine(line: FootLineProps) {
  const { name, state, trouble, people, risk } = line;
  return (
    <div className="tile-foot">
      <span className="badge tile-name" data-state={state}>
        {name}
      </span>
      {trouble !== '' && (
        <span className="tile-state" data-state={state}>
          {trouble}
        </span>
      )}
      {people !== undefined && (
        <span className="tile-people" data-testid="tile-people">
          {people} <span className="unit">{people === '1' ? 'person' : 'people'}</span>
        </span>
      )}
      {risk !== undefined && (
        <span className="tile-risk" data-risk={risk}>
          {riskWord(risk)} <span className="unit">risk</span>
        </span>
      )}
      <span
        className="tile-link-dot"
        role="img"
        data-link={line.link}
        title={line.linkWord}
        aria-label={line.linkWord}
      />
    </div>
  );
});
