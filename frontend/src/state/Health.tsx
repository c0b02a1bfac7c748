// Whether everything works. In: what keeps the server from answering, what does not work, and what the
// operator should see to. Out: a sentence each, or that all is well.
import { sentence } from '../live/words';
import { useAccount } from '../login/account_context';
import { ALL_WELL, oldWord, UNSAID } from './words';

interface Props {
  /** Why the server does not answer; undefined while it does. */
  trouble: string | undefined;
  /** What does not work as it should; undefined where nobody says. */
  wrongs: readonly string[] | undefined;
}

export function Health({ trouble, wrongs }: Props) {
  const notice = useAccount()?.notice;
  const told = [...(wrongs ?? []), ...(notice === undefined ? [] : [notice])].map(sentence);
  // Of a server that does not answer, what it said before is an old story; and two of its lists may have the
  // same sentence.
  const sentences = trouble === undefined ? [...new Set(told)] : [oldWord(trouble)];
  const isWell = sentences.length === 0 && wrongs !== undefined;
  return (
    <section className="health" data-testid="health" data-well={isWell} aria-label="Health">
      {sentences.length === 0 ? (
        <p role="status">{isWell ? ALL_WELL : UNSAID}</p>
      ) : (
        <ul>
          {sentences.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
