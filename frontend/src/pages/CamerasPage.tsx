// The page of cameras, for who may change them. In: the page's address. Out: all cameras with their states; a
// new one, from its source to what is counted; or one with lines and zones to draw.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useSearch } from 'wouter';
import { AddCamera } from '../adding/AddCamera';
import { isBarredBy } from '../layout/refused';
import { Sheet } from '../layout/Sheet';
import { Trouble } from '../layout/Trouble';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import { ALL, PATH, pathTo, shownBy } from '../manage/address';
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
  const client = useQueryClient();
  const [, go] = useLocation();
  const shown = shownBy(useSearch());
  const { data, error } = useCameraList();
  const removals = useRemovals();
  if (isBarredBy(error) && error !== null) return <Trouble error={error} />;
  if (data === undefined)
    return error === null ? <p className="sheet-notice">Loading</p> : <Trouble error={error} />;
  const added = (camera: Camera) => {
    noteCamera(client, camera);
    go(pathTo({ what: 'places', camera: camera.name }), { replace: true });
  };
  if (shown.what === 'new')
    return <AddCamera taken={data.map(({ name }) => name)} onAdded={added} onClose={() => go(pathTo(ALL))} />;
  if (shown.what === 'places') {
    const camera = data.find(({ name }) => name === shown.camera);
    return camera === undefined ? (
      <Gone name={shown.camera} />
    ) : (
      <PlacesEditor key={camera.name} camera={camera} href={href} />
    );
  }
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
        {removals.refused}
      </p>
      {data.length === 0 && <Empty />}
      <CameraRows
        cameras={data}
        waiting={removals.waiting}
        onRemove={removals.begin}
        onUndo={removals.undo}
      />
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
