// A source for a camera, from its address to its first picture. In: what this is for, and what comes after
// the test. Out: two steps; an upload that nobody takes in the end is deleted.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { dropUpload } from './requests';
import { SourceStep } from './SourceStep';
import { Trial } from './Trial';
import type { Upload } from './tried';

export interface Chosen {
  source: string;
  /** What was uploaded just now; undefined for an address. */
  video: Upload | undefined;
}

interface Props {
  title: string;
  /** Names of the steps: the source, its test, and what follows. */
  steps: readonly string[];
  onClose: () => void;
  /** What stands below the test of a source; `take` says that a camera has it. */
  children: (chosen: Chosen, take: () => void) => ReactNode;
}

export function SourceWizard({ title, steps, onClose, children }: Props) {
  const [address, setAddress] = useState('');
  const [chosen, setChosen] = useState<Chosen>();
  const { hold, drop, take } = useUnwanted();
  return (
    <section aria-labelledby="adding" data-testid="adding">
      <div className="card-head">
        <h3 id="adding">{title}</h3>
        <button type="button" className="button" onClick={onClose}>
          All cameras
        </button>
      </div>
      <ol className="adding-steps">
        {steps.map((step, n) => (
          <li key={step} aria-current={n === (chosen === undefined ? 0 : 1) ? 'step' : undefined}>
            {step}
          </li>
        ))}
      </ol>
      {chosen === undefined ? (
        <SourceStep
          address={address}
          onAddress={setAddress}
          onChosen={(source, video) => {
            hold(video);
            setChosen({ source, video });
          }}
        />
      ) : (
        <>
          <Source
            {...chosen}
            onBack={() => {
              drop();
              setChosen(undefined);
            }}
          />
          <Trial source={chosen.source} />
          {children(chosen, take)}
        </>
      )}
    </section>
  );
}

/** An upload that no camera has yet; one that is left would stay, and nobody would know of it. */
function useUnwanted() {
  const held = useRef<Upload>(undefined);
  const take = () => {
    held.current = undefined;
  };
  const drop = () => {
    if (held.current !== undefined) dropUpload(held.current.name);
    take();
  };
  useEffect(() => drop, []);
  const hold = (video: Upload | undefined) => {
    held.current = video;
  };
  return { hold, drop, take };
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
