// Share links, for who may give credentials. In: the cameras. Out: a form that makes a link to one of them
// for a time, and the link.
import { useState } from 'react';
import { Field } from '../ui/Field';
import { type Credential, makeShare } from './credentials';
import { Lasting } from './Lasting';
import { Made } from './Made';
import { useOutcome } from './use_outcome';
import { LASTING, SHARE_HINT } from './words';

export function Shares({ cameras }: { cameras: readonly string[] }) {
  const [chosen, setCamera] = useState<string>();
  const [seconds, setSeconds] = useState(86_400);
  const { outcome, isAwaited, wish } = useOutcome<Credential>();
  // The one that was chosen may be gone.
  const camera = chosen !== undefined && cameras.includes(chosen) ? chosen : cameras[0];
  if (camera === undefined) return null;
  return (
    <section className="state-part" data-testid="shares" aria-labelledby="shares">
      <h3 id="shares">Share a camera</h3>
      <p className="part-hint">{SHARE_HINT}</p>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          wish(() => makeShare(window.location.href, camera, seconds));
        }}
      >
        <Field label="Camera">
          {(tied) => (
            <select
              {...tied}
              className="select"
              value={camera}
              onChange={({ target }) => setCamera(target.value)}
            >
              {cameras.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Lasting all={LASTING} seconds={seconds} onChoose={setSeconds} />
        <button type="submit" className="button main fields-button" aria-disabled={isAwaited}>
          {isAwaited ? 'Making it …' : 'Make a link'}
        </button>
      </form>
      <Made label="Link" isLink outcome={outcome} />
    </section>
  );
}
