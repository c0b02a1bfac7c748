// A wish and what became of it. In: what is asked of the server. Out: a hook with the newest outcome, whether
// an answer is awaited, and a way to ask.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Outcome } from './credentials';
import { AUDIT_KEY } from './use_audit';

export function useOutcome<T>() {
  const client = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome<T>>();
  const [isAwaited, setAwaited] = useState(false);
  const wish = (ask: () => Promise<Outcome<T>>) => {
    if (isAwaited) return;
    setAwaited(true);
    setOutcome(undefined);
    void ask().then((answered) => {
      setAwaited(false);
      setOutcome(answered);
      // It is written down who wished for it.
      void client.invalidateQueries({ queryKey: AUDIT_KEY });
    });
  };
  return { outcome, isAwaited, wish };
}
