// Why there is nothing to show, while it is asked for again. In: an error and data, as they are now. Out: a
// hook with the error that stands until there is data: a page does not flicker between the two.
import { useState } from 'react';

export function useHeldError(error: Error | null, data: unknown): Error | null {
  const [held, setHeld] = useState<Error | null>(null);
  const now = error ?? (data === undefined ? held : null);
  if (now !== held) setHeld(now);
  return now;
}
