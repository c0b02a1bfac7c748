// Where the pictures of a new camera come from. In: what was typed so far. Out: a field for an address with
// examples, or a video of this device.
import { type SubmitEvent, useId } from 'react';
import { EXAMPLES } from './source';
import type { Upload } from './tried';
import { UploadStep } from './UploadStep';
import { ADDRESS_HINT } from './words';

interface Props {
  address: string;
  onAddress: (address: string) => void;
  onChosen: (source: string, video?: Upload) => void;
}

export function SourceStep({ address, onAddress, onChosen }: Props) {
  const id = useId();
  const source = address.trim();
  const test = (event: SubmitEvent) => {
    event.preventDefault();
    if (source !== '') onChosen(source);
  };
  return (
    <div className="source-step">
      <form className="source-address" onSubmit={test}>
        <label className="field-name" htmlFor={id}>
          Address of the camera
        </label>
        <div className="field-row">
          <input
            id={id}
            className="input"
            data-testid="source"
            value={address}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={EXAMPLES[0]?.source}
            aria-describedby={`${id}-hint`}
            onChange={({ target }) => onAddress(target.value)}
          />
          <button type="submit" className="button main-button" aria-disabled={source === ''}>
            Test it
          </button>
        </div>
        <p className="hint" id={`${id}-hint`}>
          {ADDRESS_HINT}
        </p>
        <ul className="examples" aria-label="Examples">
          {EXAMPLES.map(({ what, source: example }) => (
            <li key={example}>
              <button type="button" className="example" onClick={() => onAddress(example)}>
                <span className="example-source">{example}</span>
                <span className="hint">{what}</span>
              </button>
            </li>
          ))}
        </ul>
      </form>
      <UploadStep onUploaded={(video) => onChosen(video.source, video)} />
    </div>
  );
}
