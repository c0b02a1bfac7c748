// A credential that was made, or why it was not. In: the outcome, and what the credential is called. Out: the
// credential with a button that copies it, until when it holds, and a button that ends it.
import { CopyText } from '../ui/CopyText';
import { type Credential, type Outcome, revoke, type Revoked } from './credentials';
import { useOutcome } from './use_outcome';
import { revokedWord, untilWord } from './words';

interface Props {
  label: string;
  outcome: Outcome<Credential> | undefined;
}

export function Made({ label, outcome }: Props) {
  return (
    <div role="status" className="made">
      {outcome !== undefined && 'wrong' in outcome && <p className="form-wrong">{outcome.wrong}</p>}
      {outcome !== undefined && 'made' in outcome && (
        <One key={outcome.made.id} label={label} credential={outcome.made} />
      )}
    </div>
  );
}

function One({ label, credential: { id, secret, untilMs } }: { label: string; credential: Credential }) {
  const { outcome, isAwaited, wish } = useOutcome<Revoked>();
  return (
    <>
      <CopyText label={label} value={secret} />
      <p className="made-more">
        <span>
          Until {untilWord(untilMs)}, id {id}
        </span>
        <button
          type="button"
          className="button compact"
          aria-disabled={isAwaited}
          onClick={() => wish(() => revoke(id))}
        >
          {isAwaited ? 'Revoking …' : 'Revoke'}
        </button>
      </p>
      {outcome !== undefined && <RevokedWords outcome={outcome} />}
    </>
  );
}

export function RevokedWords({ outcome }: { outcome: Outcome<Revoked> }) {
  if ('wrong' in outcome) return <p className="form-wrong">{outcome.wrong}</p>;
  return <p>{revokedWord(outcome.made.id, outcome.made.isKnown)}</p>;
}
