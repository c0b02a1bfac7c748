// Whether everything works. In: what keeps the server from answering, what does not work, and what the
// operator should see to. Out: a sentence each, or that all is well.
import { sentence } from '../live/words';
import { useAccount } from '../login/account_context';
import { useWrongs } from './use_state';
import { ALL_WELL, oldWord } from './words';

/** Of a server that does not answer, what it said before is an old story. */
export function Health({ trouble }: { trouble: string | undefined }) {
  const wrongs = useWrongs();
  const notice = useAccount()?.notice;
  const told = [...(wrongs ?? []), ...(notice === undefined ? [] : [notice])];
  const all = trouble === undefined ? told.map(sentence) : [oldWord(trouble)];
  // Two lists of the server may have the same sentence.
  const sentences = [...new Set(all)];
  return (
    <section className="health" data-testid="health" data-well={sentences.length === 0} aria-label="Health">
      {sentences.length === 0 ? (
        <p role="status">{wrongs === undefined ? 'Loading' : ALL_WELL}</p>
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
