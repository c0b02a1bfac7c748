// Which events were there at the last visit of this device. In: the newest that is shown. Out: the number of
// the newest of the visit before, kept by the browser.
import { useEffect } from 'react';
import { browserKeeper } from '../storage/keeper';

const keeper = browserKeeper('steadycast.events');

export function keptSeen(): number {
  const seen = Number(keeper.load() ?? '0');
  return Number.isSafeInteger(seen) ? seen : 0;
}

/** Notes that the newest event was shown. */
export function useSeen(newest: number | undefined): void {
  useEffect(() => {
    if (newest !== undefined && newest > keptSeen()) keeper.save(String(newest));
  }, [newest]);
}
