// A credential that was made, or why it was not. In: the outcome, and what the credential is called. Out: the
// credential with a button that copies it, until when it holds, and a button that ends it.
import { QrCode } from '../qr/QrCode';
import { CopyText } from '../ui/CopyText';
import { type Credential, type Outcome, revoke, type Revoked } from './credentials';
import { useOutcome } from './use_outcome';
import { momentWord } from '../ui/numbers';
import { ENDED, revokedWord } from './words';

interface Props {
  label: string;
  /** Whether it is an address, which a phone takes from a picture. */
  isLink?: boolean;
  outcome: Outcome<Credential> | undefined;
}

export function Made({ label, isLink = false, outcome }: Props) {
  return (
    <div role="status" className="made">
      {outcome !== undefined && 'wrong' in outcome && <p className="form-wrong">{outcome.wrong}</p>}
      {outcome !== undefined && 'made' in outcome && (
        <One key={outcome.made.id} label={label} isLink={isLink} credential={outcome.made} />
      )}
    </div>
  );
}

interface OneProps {
  label: string;
  isLink: boolean;
  credential: Credential;
}

function One({ label, isLink, credential: { id, secret, untilMs } }: OneProps) {
  const { outcome, isAwaited, wish } = useOutcome<Revoked>();
  // What has ended is of no use any more.
  if (outcome !== undefined && 'made' in outcome) return <p>{ENDED}</p>;
  return (
    <>
      <CopyText label={label} value={secret} />
      {isLink && (
        <details className="for-phone">
          <summary>For a phone: a QR code</summary>
          <QrCode text={secret} label="QR code of the link" />
        </details>
      )}
      <p className="made-more">
        <span>
          Until {momentWord(untilMs)}, id {id}
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
