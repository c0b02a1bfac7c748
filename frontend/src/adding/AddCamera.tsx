// A new camera, from its source to its name. In: names that are taken. Out: two steps, and the camera once it
// is added; what to count in its pictures is the next thing, and is drawn elsewhere.
import { useEffect, useRef, useState } from 'react';
import type { Camera } from '../manage/camera';
import { NameStep } from './NameStep';
import { dropUpload } from './requests';
import { proposedName } from './source';
import { SourceStep } from './SourceStep';
import { Trial } from './Trial';
import type { Upload } from './tried';

interface Props {
  taken: readonly string[];
  onAdded: (camera: Camera) => void;
  onClose: () => void;
}

interface Chosen {
  source: string;
  /** What was uploaded just now; undefined for an address. */
  video: Upload | undefined;
}

const STEPS = ['Source', 'Test and name', 'What to count'];

export function AddCamera({ taken, onAdded, onClose }: Props) {
  const [address, setAddress] = useState('');
  const [chosen, setChosen] = useState<Chosen>();
  const back = () => {
    // Nobody would know of it any more.
    if (chosen?.video !== undefined) dropUpload(chosen.video.name);
    setChosen(undefined);
  };
  return (
    <section className="card" aria-labelledby="adding" data-testid="adding">
      <div className="card-head">
        <h3 id="adding">Add a camera</h3>
        <button type="button" className="button" onClick={onClose}>
          All cameras
        </button>
      </div>
      <ol className="adding-steps">
        {STEPS.map((step, n) => (
          <li key={step} aria-current={n === (chosen === undefined ? 0 : 1) ? 'step' : undefined}>
            {step}
          </li>
        ))}
      </ol>
      {chosen === undefined ? (
        <SourceStep
          address={address}
          onAddress={setAddress}
          onChosen={(source, video) => setChosen({ source, video })}
        />
      ) : (
        <>
          <Source {...chosen} onBack={back} />
          <Trial source={chosen.source} />
          <NameStep
            source={chosen.source}
            proposed={proposedName(chosen.source, chosen.video?.original, taken)}
            taken={taken}
            onAdded={onAdded}
          />
        </>
      )}
    </section>
  );
}

function Source({ source, video, onBack }: Chosen & { onBack: () => void }) {
  const line = useRef<HTMLParagraphElement>(null);
  // The button that led here is gone.
  useEffect(() => line.current?.focus(), []);
  return (
    <div className="chosen-source">
      <p ref={line} tabIndex={-1}>
        {video === undefined ? source : `${video.original}, uploaded`}
      </p>
      <button type="button" className="button" onClick={onBack}>
        Another source
      </button>
    </div>
  );
}
