// Cameras one below the other, for whoever may change them. In: the cameras, which of them are about to be
// removed, and what to do with one. Out: a row for each; for one that goes, a way to keep it.
import { useState } from 'react';
import type { Camera } from './camera';
import { CameraRow } from './CameraRow';
import type { Waiting } from './removals';
import { useUploadNames } from './use_cameras';
import { removedWord, sourceWord, undoWord } from './words';

interface Props {
  cameras: readonly Camera[];
  waiting: Waiting;
  onRemove: (camera: string) => void;
  onUndo: (camera: string) => void;
}

export function CameraRows({ cameras, waiting, onRemove, onUndo }: Props) {
  // The button that took it back is gone: the one that removes it has the focus again.
  const [kept, setKept] = useState<string>();
  const uploads = useUploadNames(cameras);
  return (
    <ul className="camera-rows" data-testid="camera-rows">
      {cameras.map((camera) => {
        const seconds = waiting.get(camera.name);
        return (
          <li key={camera.name} className="camera-row" data-camera={camera.name}>
            {seconds === undefined ? (
              <CameraRow
                camera={camera}
                source={sourceWord(camera, uploads)}
                focused={kept === camera.name}
                onRemove={() => onRemove(camera.name)}
              />
            ) : (
              <Removed
                name={camera.name}
                seconds={seconds}
                onUndo={() => {
                  setKept(camera.name);
                  onUndo(camera.name);
                }}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
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
      <button
        type="button"
        className="button"
        aria-label={`${undoWord(seconds)}: keep ${name}`}
        // What is pressed next takes it back.
        autoFocus
        onClick={onUndo}
      >
        {undoWord(seconds)}
      </button>
    </div>
  );
}
