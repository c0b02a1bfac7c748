// Cameras one below the other, for whoever may change them. In: the cameras, which of them are about to be
// removed, and what to do with one. Out: a row for each with its state, its source, and buttons.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { isUnsaved } from '../places/unsaved';
import { pathTo } from './address';
import type { Camera } from './camera';
import type { Waiting } from './removals';
import { switchCamera } from './requests';
import { noteCamera } from './use_cameras';
import { placesWord, refusedWord, removedWord, stateLine, undoWord } from './words';

interface Props {
  cameras: readonly Camera[];
  waiting: Waiting;
  onRemove: (camera: string) => void;
  onUndo: (camera: string) => void;
}

export function CameraRows({ cameras, waiting, onRemove, onUndo }: Props) {
  return (
    <ul className="camera-rows" data-testid="camera-rows">
      {cameras.map((camera) => {
        const seconds = waiting.get(camera.name);
        return (
          <li key={camera.name} className="camera-row" data-camera={camera.name}>
            {seconds === undefined ? (
              <Row camera={camera} onRemove={() => onRemove(camera.name)} />
            ) : (
              <Removed name={camera.name} seconds={seconds} onUndo={() => onUndo(camera.name)} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Row({ camera, onRemove }: { camera: Camera; onRemove: () => void }) {
  const { name, state, source, hasPassword, off } = camera;
  const { switching, refused, toggle } = useSwitch(camera);
  return (
    <>
      <div className="camera-words">
        <Link className="badge camera-title" data-state={state} href={`/?camera=${encodeURIComponent(name)}`}>
          {name}
        </Link>
        <p className="camera-how" data-state={state}>
          {stateLine(camera)}
        </p>
        <p className="camera-source">
          {source}
          {hasPassword && ', with a password'}
        </p>
        <p className="camera-source">
          {placesWord(camera)}
          {isUnsaved(name) && <span className="camera-unsaved">, changes not saved yet</span>}
        </p>
        <p className="wrong" role="alert">
          {refused}
        </p>
      </div>
      <div className="camera-buttons">
        <Link
          className="button"
          href={pathTo({ what: 'places', camera: name })}
          aria-label={`What ${name} counts`}
        >
          What to count
        </Link>
        <button
          type="button"
          className="button camera-switch"
          aria-label={`Switch ${name} ${off ? 'on' : 'off'}`}
          // One that is disabled would lose the focus.
          aria-disabled={switching}
          onClick={toggle}
        >
          {switching ? 'Switching …' : off ? 'Switch on' : 'Switch off'}
        </button>
        <button type="button" className="button" aria-label={`Remove ${name}`} onClick={onRemove}>
          Remove
        </button>
      </div>
    </>
  );
}

/** Switching a camera on and off: whether that is under way, and why it was refused. */
function useSwitch({ name, off }: Camera) {
  const client = useQueryClient();
  const [switching, setSwitching] = useState(false);
  const [refused, setRefused] = useState<string>();
  const toggle = () => {
    if (switching) return;
    setSwitching(true);
    setRefused(undefined);
    switchCamera(name, off)
      .then((camera) => noteCamera(client, camera))
      .catch((error: unknown) => setRefused(refusedWord(error)))
      .finally(() => setSwitching(false));
  };
  return { switching, refused, toggle };
}

interface RemovedProps {
  name: string;
  seconds: number;
  onUndo: () => void;
}

function Removed({ name, seconds, onUndo }: RemovedProps) {
  return (
    <div className="camera-removed">
      <p role="status">{removedWord(name)}</p>
      {/* What is pressed next takes it back. */}
      <button type="button" className="button" aria-label={`Undo: keep ${name}`} autoFocus onClick={onUndo}>
        {undoWord(seconds)}
      </button>
    </div>
  );
}
