// What stands over the picture when there is no live one. In: a snapshot. Out: a message, and what the person
// can do about it; nothing while all is well. A lost camera needs no notice: its slate comes as a picture.
import { OtherCameras } from '../cameras/OtherCameras';
import type { Refusal } from '../connection/closing';
import { useSession } from './session_context';
import type { Snapshot } from './snapshot';
import { noticeWord } from './words';

export function Notice({ snapshot }: { snapshot: Snapshot }) {
  const { connection, picture, retryInS } = snapshot;
  switch (connection.kind) {
    case 'waiting':
      return <Waiting message={connection.message} seconds={retryInS ?? 0} />;
    case 'refused':
      return <Refused snapshot={snapshot} why={connection.why} />;
    case 'connecting':
      return <Words title={connection.tries === 0 ? 'Connecting' : 'Connecting again'} />;
    case 'open':
      return picture === undefined ? <Words title="Waiting for the first picture" /> : null;
    case 'stopped':
      return null;
  }
}

function Words({ title }: { title: string }) {
  return (
    <div className="notice">
      <p className="notice-title">{title}</p>
    </div>
  );
}

function Waiting({ message, seconds }: { message: string; seconds: number }) {
  const session = useSession();
  return (
    <div className="notice" data-testid="notice">
      <p className="notice-title">{message}</p>
      {/* The status line has announced the wait; a screen reader must not count along. */}
      <p className="notice-text" aria-hidden="true">
        {seconds > 0 ? `Next try in ${seconds} s` : 'Trying now'}
      </p>
      <button type="button" className="button" onClick={() => session.retryNow()}>
        Try now
      </button>
    </div>
  );
}

function Refused({ snapshot, why }: { snapshot: Snapshot; why: Refusal }) {
  const message = noticeWord(snapshot) ?? '';
  if (why === 'token') return <LoggedOut message={message} />;
  if (why === 'camera') return <NoCamera message={message} />;
  return (
    <div className="notice" data-testid="notice">
      <p className="notice-title">{message}</p>
      <p className="notice-text">This page has stopped trying.</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        Reload
      </button>
    </div>
  );
}

/**
 * Notice of a credential that is missing or has ended. The server asks for one when the page is loaded; a dev
 * server, which has a page of its own, does not.
 */
function LoggedOut({ message }: { message: string }) {
  return (
    <div className="notice" data-testid="logged-out">
      <p className="notice-title">{message}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        Log in
      </button>
    </div>
  );
}

/** Notice of a camera that there is not, with those that there are. */
function NoCamera({ message }: { message: string }) {
  return (
    <div className="notice" data-testid="notice">
      <p className="notice-title">{message}</p>
      <OtherCameras />
    </div>
  );
}
