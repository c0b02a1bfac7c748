// A field that ends a share link or a token. In: what somebody types: the link, the token or its id. Out:
// what became of it.
import { useState } from 'react';
import { Field } from '../ui/Field';
import { revoke, type Revoked } from './credentials';
import { RevokedWords } from './Made';
import { useOutcome } from './use_outcome';
import { REVOKE_HINT } from './words';

export function Revoke() {
  const [said, setSaid] = useState('');
  const { outcome, isAwaited, wish } = useOutcome<Revoked>();
  return (
    <form
      className="revoke"
      data-testid="revoke"
      onSubmit={(event) => {
        event.preventDefault();
        if (said.trim() !== '') wish(() => revoke(said));
      }}
    >
      <Field label="End a link or a token" hint={REVOKE_HINT}>
        {(tied) => (
          <input
            {...tied}
            className="input"
            autoComplete="off"
            spellCheck={false}
            value={said}
            onChange={({ target }) => setSaid(target.value)}
          />
        )}
      </Field>
      <button type="submit" className="button" aria-disabled={isAwaited}>
        {isAwaited ? 'Revoking …' : 'Revoke'}
      </button>
      <div role="status" className="made">
        {outcome !== undefined && <RevokedWords outcome={outcome} />}
      </div>
    </form>
  );
}
