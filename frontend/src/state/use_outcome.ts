// A wish and what became of it. In: what is asked of the server. Out: a hook with the newest outcome, whether
// an answer is awaited, and a way to ask.
import { useState } from 'react';
import type { Outcome } from './credentials';

export function useOutcome<T>() {
  const [outcome, setOutcome] = useState<Outcome<T>>();
  const [isAwaited, setAwaited] = useState(false);
  const wish = (ask: () => Promise<Outcome<T>>) => {
    if (isAwaited) return;
    setAwaited(true);
    setOutcome(undefined);
    void ask().then((answered) => {
      setAwaited(false);
      setOutcome(answered);
    });
  };
  return { outcome, isAwaited, wish, forget: () => setOutcome(undefined) };
}
