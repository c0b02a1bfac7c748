// Whether everything works. In: sentences about what does not, and what the operator should see to. Out: a
// list of them, or that all is well.
import { sentence } from '../live/words';
import { useAccount } from '../login/account_context';
import { useWrongs } from './use_state';
import { ALL_WELL } from './words';

export function Health() {
  const wrongs = useWrongs();
  const notice = useAccount()?.notice;
  const all = [...(wrongs ?? []), ...(notice === undefined ? [] : [notice])].map(sentence);
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
