// Now, as far as a row of history is concerned. In: nothing. Out: a hook with the time in seconds since 1970,
// which goes on each minute.
import { useEffect, useState } from 'react';
import { browserTime, every } from '../time/time';

const MINUTE_MS = 60_000;

export function useNow(): number {
  const [nowS, setNow] = useState(() => browserTime.now() / 1000);
  useEffect(() => every(browserTime, MINUTE_MS, () => setNow(browserTime.now() / 1000)), []);
  return nowS;
}
