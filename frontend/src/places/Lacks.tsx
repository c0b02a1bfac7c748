// What keeps a camera from counting. In: the camera's session from the context. Out: a sentence each, and a
// button where its analytics are merely switched off; nothing where all is well.
import { useState } from 'react';
import { useSnapshot } from '../live/session_context';
import { modelTroubles } from '../live/words';
import { changeCamera } from '../manage/requests';
import { refusedWord } from '../manage/words';
import { offWord } from '../panel/words';

export function Lacks({ camera }: { camera: string }) {
  const snapshot = useSnapshot();
  const { offer } = snapshot.analytics;
  const off = offer.kind === 'off' ? [offWord(offer.reason)] : [];
  const sentences = [...off, ...modelTroubles(snapshot)];
  if (sentences.length === 0) return null;
  return (
    <div className="counting-troubles">
      <ul className="troubles">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {offer.kind === 'off' && offer.reason === undefined && <SwitchOn camera={camera} />}
    </div>
  );
}

function SwitchOn({ camera }: { camera: string }) {
  const [switching, setSwitching] = useState(false);
  const [refused, setRefused] = useState<string>();
  const begin = () => {
    if (switching) return;
    setSwitching(true);
    changeCamera(camera, { analytics: true })
      // The server says hello anew, and this goes.
      .catch((error: unknown) => {
        setRefused(refusedWord(error));
        setSwitching(false);
      });
  };
  return (
    <>
      <button
        type="button"
        className="button"
        data-testid="analytics-on"
        aria-disabled={switching}
        onClick={begin}
      >
        {switching ? 'Switching …' : 'Switch analytics on'}
      </button>
      <p className="wrong" role="alert">
        {refused}
      </p>
    </>
  );
}
