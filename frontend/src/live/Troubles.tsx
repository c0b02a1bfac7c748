// The line under the bar that says what is not as it should be. In: a snapshot. Out: why there is no live
// picture, and what the server says is degraded, a sentence each; nothing while all is well. What is wrong
// with the connection is Notice's.
import type { Snapshot } from './snapshot';
import { troubles } from './words';

export function Troubles({ snapshot }: { snapshot: Snapshot }) {
  const sentences = troubles(snapshot);
  if (sentences.length === 0) return null;
  return (
    <ul className="troubles" data-testid="troubles" aria-label="What is not as it should be">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
