// The line under the bar that says what is not as it should be. In: a snapshot, and account and cameras from
// their contexts. Out: why there is no live picture, what the server says is degraded, why its cameras are
// not as their file says, what keeps its services from their work, and what its operator should see to, a
// sentence each; nothing while all is well. What is wrong with the connection is Notice's.
import { useCameras } from '../cameras/cameras_context';
import { useAccount } from '../login/account_context';
import { offWord } from '../panel/words';
import type { Snapshot } from './snapshot';
import { sentence, serviceTroubles, troubles } from './words';

export function Troubles({ snapshot }: { snapshot: Snapshot }) {
  const notice = useAccount()?.notice;
  const { fileTrouble, services } = useCameras();
  // Without a connection the list of cameras is an old one.
  const isOpen = snapshot.connection.kind === 'open';
  const file = isOpen ? fileTrouble : undefined;
  const { offer } = snapshot.analytics;
  const off = offer.kind === 'off' && offer.reason !== undefined ? [offWord(offer.reason)] : [];
  const sentences = [
    ...troubles(snapshot),
    ...off,
    ...(file === undefined ? [] : [`${sentence(file)}; what runs goes on`]),
    ...(isOpen ? services.flatMap(serviceTroubles) : []),
    ...(notice === undefined ? [] : [sentence(notice)]),
  ];
  if (sentences.length === 0) return null;
  return (
    <section aria-label="What is not as it should be">
      <ul className="troubles" data-testid="troubles">
        {sentences.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </section>
  );
}
