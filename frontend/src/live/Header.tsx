// The bar above the picture. In: a snapshot, and what the page's address got wrong. Out: which camera this
// is, the states of camera and connection, and what there is to complain about: that address, and why there
// are no analytics where there are none.
import { offWord } from '../panel/words';
import type { Snapshot } from './snapshot';
import { cameraState, cameraWord, connectionWord, viewersWord } from './words';

interface Props {
  snapshot: Snapshot;
  complaint: string | undefined;
}

export function Header({ snapshot, complaint }: Props) {
  const { connection, hello, status, analytics } = snapshot;
  const camera = cameraState(snapshot);
  return (
    <header className="bar">
      <h1 className="name">
        <Mark />
        <span className="product">Steadycast</span>
        {hello && (
          <span className="camera" data-testid="camera">
            {hello.camera}
          </span>
        )}
      </h1>
      <div className="badges">
        {complaint !== undefined && (
          <span className="trouble" data-testid="address-complaint" data-failed="true">
            {complaint}
          </span>
        )}
        {analytics.offer.kind === 'off' && <Off reason={analytics.offer.reason} />}
        {status && <span className="viewers">{viewersWord(status.viewers)}</span>}
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
      </div>
    </header>
  );
}

/**
 * Badge for analytics that are off. Those that failed, or need another model, have a reason, and want
 * somebody's attention.
 */
function Off({ reason }: { reason: string | undefined }) {
  return (
    <span className="trouble" data-testid="analytics-off" data-failed={reason !== undefined}>
      {offWord(reason)}
    </span>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M9 9.5h14M9 22.5h14" className="mark-far" />
      <path d="M4 16h24" className="mark-near" />
      <circle cx="20" cy="16" r="4.5" className="mark-knob" />
    </svg>
  );
}
