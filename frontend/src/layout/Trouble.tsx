// What a page says in the place of what it would show. In: why there is nothing. Out: the reason, and a way
// to log in where that helps; else what was asked for is asked for again, every few seconds and by a button.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { browserTime, every } from '../time/time';
import { isBarredBy, Refused } from './refused';

/** Time between two tries, ms. */
const TRY_EVERY_MS = 5_000;

export function Trouble({ error }: { error: Error }) {
  const client = useQueryClient();
  const barred = isBarredBy(error);
  const again = () =>
    void client.refetchQueries(
      { type: 'active', predicate: ({ state }) => state.status === 'error' },
      { cancelRefetch: false },
    );
  // A refusal stays one; a server that does not answer may come back.
  const silent = error instanceof Refused && error.code === undefined;
  useEffect(() => (silent ? every(browserTime, TRY_EVERY_MS, again) : undefined), [silent, client]);
  return (
    <div className="sheet-notice" role="alert" data-testid="trouble">
      <p>{error.message}</p>
      {barred ? (
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Log in
        </button>
      ) : (
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
