// Another source for a camera that is there. In: the camera. Out: the steps, and the camera once the source
// is taken over: its name, lines and zones stay, and so does whoever watches.
import { useState } from 'react';
import type { Camera } from '../manage/camera';
import { changeCamera } from '../manage/requests';
import { refusedWord } from '../manage/words';
import { SourceWizard } from './SourceWizard';

interface Props {
  camera: Camera;
  onChanged: (camera: Camera) => void;
  onClose: () => void;
}

const STEPS = ['Source', 'Test'];

export function ChangeSource({ camera: { name, source }, onChanged, onClose }: Props) {
  const [changing, setChanging] = useState(false);
  const [refused, setRefused] = useState<string>();
  const change = (other: string, take: () => void) => {
    if (changing) return;
    setChanging(true);
    setRefused(undefined);
    changeCamera(name, { source: other })
      .then((camera) => {
        take();
        onChanged(camera);
      })
      .catch((error: unknown) => {
        setChanging(false);
        setRefused(refusedWord(error));
      });
  };
  return (
    <SourceWizard title={`Another source for ${name}`} steps={STEPS} onClose={onClose}>
      {(chosen, take) => (
        <div>
          <p className="hint">Until now: {source}</p>
          <div className="field-row use-source">
            <button
              type="button"
              className="button main-button"
              data-testid="use-source"
              aria-disabled={changing}
              onClick={() => change(chosen.source, take)}
            >
              {changing ? 'Changing …' : 'Use this source'}
            </button>
          </div>
          <p className="wrong" role="alert">
            {refused}
          </p>
        </div>
      )}
    </SourceWizard>
  );
}
