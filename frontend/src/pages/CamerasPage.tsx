// The page of cameras, for who may change them. In: the page's address. Out: all cameras with their states; a
// new one, from its source to what is counted; or one with lines and zones to draw.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useSearch } from 'wouter';
import { AddCamera } from '../adding/AddCamera';
import { ChangeSource } from '../adding/ChangeSource';
import { useHeldError } from '../layout/held_error';
import { isBarredBy } from '../layout/refused';
import { Sheet } from '../layout/Sheet';
import { Trouble } from '../layout/Trouble';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import { ALL, PATH, pathTo, type Shown, shownBy } from '../manage/address';
import type { Camera } from '../manage/camera';
import { CameraRows } from '../manage/CameraRows';
import { noteCamera, useCameraList, useRemovals } from '../manage/use_cameras';
import { EMPTY, NOBODY } from '../manage/words';
import { PlacesEditor } from '../places/PlacesEditor';
import type { PageProps } from './page';

export function CamerasPage({ address }: PageProps) {
  return (
    <Sheet at={PATH} title="Cameras" href={address.href}>
      <ForAdmins href={address.href} />
    </Sheet>
  );
}

function ForAdmins({ href }: { href: string }) {
  const account = useAccount();
  if (account === undefined) return <p className="sheet-notice">Loading</p>;
  if (!mayChange(account))
    return (
      <p className="sheet-notice" data-testid="not-admin">
        {NOBODY}
      </p>
    );
  return <Cameras href={href} />;
}

function Cameras({ href }: { href: string }) {
  const shown = shownBy(useSearch());
  const { data, error: failed } = useCameraList();
  const error = useHeldError(failed, data);
  const removals = useRemovals();
  if (data === undefined || isBarredBy(error))
    return error === null ? <p className="sheet-notice">Loading</p> : <Trouble error={error} />;
  return shown.what === 'all' ? (
    <All cameras={data} error={error} removals={removals} />
  ) : (
    <One shown={shown} cameras={data} href={href} />
  );
}

interface OneProps {
  shown: Exclude<Shown, typeof ALL>;
  cameras: readonly Camera[];
  href: string;
}

/** One camera: a new one, or one to be changed. */
function One({ shown, cameras, href }: OneProps) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const close = () => go(pathTo(ALL));
  // An answer that comes late takes nobody away from another page.
  const isHere = () =>
    window.location.pathname.replace(/\/$/, '') === PATH &&
    pathTo(shownBy(window.location.search)) === pathTo(shown);
  if (shown.what === 'new') {
    const added = (camera: Camera) => {
      noteCamera(client, camera);
      if (isHere()) go(pathTo({ what: 'places', camera: camera.name }), { replace: true });
    };
    return <AddCamera taken={cameras.map(({ name }) => name)} onAdded={added} onClose={close} />;
  }
  const camera = cameras.find(({ name }) => name === shown.camera);
  if (camera === undefined) return <Gone name={shown.camera} />;
  if (shown.what === 'places') return <PlacesEditor key={camera.name} camera={camera} href={href} />;
  const changed = (other: Camera) => {
    noteCamera(client, other);
    if (isHere()) close();
  };
  return <ChangeSource camera={camera} onChanged={changed} onClose={close} />;
}

interface AllProps {
  cameras: readonly Camera[];
  /** Why the list is an old one; null where it is not. */
  error: Error | null;
  removals: ReturnType<typeof useRemovals>;
}

function All({ cameras, error, removals: { waiting, begin, undo, refused } }: AllProps) {
  return (
    <>
      <div className="card-head">
        <h3>Cameras</h3>
        <Link className="button main-button" data-testid="new-camera" href={pathTo({ what: 'new' })}>
          Add a camera
        </Link>
      </div>
      {error !== null && <Trouble error={error} />}
      <p className="wrong" role="alert">
        {refused}
      </p>
      {cameras.length === 0 && <Empty />}
      <CameraRows cameras={cameras} waiting={waiting} onRemove={begin} onUndo={undo} />
    </>
  );
}

function Empty() {
  return (
    <div className="sheet-notice" role="status">
      <p className="notice-title">{EMPTY.title}</p>
      <p>{EMPTY.text}</p>
    </div>
  );
}

function Gone({ name }: { name: string }) {
  return (
    <div className="sheet-notice" role="alert">
      <p>There is no camera {name}</p>
      <Link className="button" href={pathTo(ALL)}>
        All cameras
      </Link>
    </div>
  );
}
