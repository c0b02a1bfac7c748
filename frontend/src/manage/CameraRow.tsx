// One camera, for whoever may change it. In: the camera, and what removes it. Out: its state and its
// source, and buttons for all that can be done with it.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { isUnsaved } from '../places/unsaved';
import { pathTo } from './address';
import type { Camera } from './camera';
import { switchCamera } from './requests';
import { noteCamera } from './use_cameras';
import { placesWord, refusedWord, stateLine, switchWord } from './words';

interface Props {
  camera: Camera;
  /** Where its pictures come from, in words. */
  source: string;
  /** Whether the button that removes it has the focus at first. */
  focused: boolean;
  onRemove: () => void;
}

export function CameraRow({ camera, source, focused, onRemove }: Props) {
  const { name, state } = camera;
  const { switching, refused, toggle } = useSwitch(camera);
  const word = switchWord(camera, switching);
  return (
    <>
      <div className="camera-words">
        <Link className="badge camera-title" data-state={state} href={`/?camera=${encodeURIComponent(name)}`}>
          {name}
        </Link>
        <p className="camera-how" data-state={state}>
          {stateLine(camera)}
        </p>
        <p className="camera-source">{source}</p>
        <p className="camera-source">
          {placesWord(camera)}
          {isUnsaved(name) && <span className="camera-unsaved">, changes not saved yet</span>}
        </p>
        <p className="wrong" role="alert">
          {refused}
        </p>
      </div>
      <div className="camera-buttons">
        <Way what="places" name={name} word="What to count" />
        <Way what="source" name={name} word="Change source" />
        <button
          type="button"
          className="button camera-switch"
          aria-label={`${word}: ${name}`}
          // One that is disabled would lose the focus.
          aria-disabled={switching}
          onClick={toggle}
        >
          {word}
        </button>
        <button
          type="button"
          className="button"
          aria-label={`Remove: ${name}`}
          autoFocus={focused}
          onClick={onRemove}
        >
          Remove
        </button>
      </div>
    </>
  );
}

function Way({ what, name, word }: { what: 'places' | 'source'; name: string; word: string }) {
  return (
    <Link className="button" href={pathTo({ what, camera: name })} aria-label={`${word}: ${name}`}>
      {word}
    </Link>
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
