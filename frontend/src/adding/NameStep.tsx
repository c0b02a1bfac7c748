// The name of a new camera. In: a name to begin with, and those that are taken. Out: a field, and a button
// that adds the camera; what the server refuses stands below.
import { type SubmitEvent, useId, useState } from 'react';
import type { Camera } from '../manage/camera';
import { addCamera } from '../manage/requests';
import { refusedWord } from '../manage/words';
import { wrongName } from './source';

interface Props {
  source: string;
  proposed: string;
  taken: readonly string[];
  onAdded: (camera: Camera) => void;
}

export function NameStep({ source, proposed, taken, onAdded }: Props) {
  const id = useId();
  const [name, setName] = useState(proposed);
  const [adding, setAdding] = useState(false);
  const [refused, setRefused] = useState<string>();
  const wrong = wrongName(name, taken);
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (adding || wrong !== undefined) return;
    setAdding(true);
    setRefused(undefined);
    addCamera({ name, source })
      .then(onAdded)
      .catch((error: unknown) => {
        setAdding(false);
        setRefused(refusedWord(error));
      });
  };
  const said = wrong ?? refused;
  return (
    <form className="name-step" onSubmit={add}>
      <label className="field-name" htmlFor={id}>
        Name of the camera
      </label>
      <div className="field-row">
        <input
          id={id}
          className="input"
          data-testid="new-name"
          value={name}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={said !== undefined}
          aria-describedby={`${id}-why`}
          onChange={({ target }) => {
            setName(target.value);
            setRefused(undefined);
          }}
        />
        <button
          type="submit"
          className="button main-button"
          data-testid="add-camera"
          // One that is disabled would lose the focus.
          aria-disabled={adding || wrong !== undefined}
        >
          {adding ? 'Adding …' : 'Add the camera'}
        </button>
      </div>
      <p className="wrong" role="alert" id={`${id}-why`}>
        {said}
      </p>
    </form>
  );
}
