// What is counted of a camera today, as it is asked for. In: its name. Out: a hook; nothing until the server
// has said it, and where nobody counts.
import { useEffect, useState } from 'react';
import { ask } from '../api/requests';
import { browserTime, every } from '../time/time';
import { readToday, type Today } from './stats';

/** Time between two looks, ms. */
const LOOK_EVERY_MS = 3_000;

export function useToday(camera: string): Today | undefined {
  const [today, setToday] = useState<{ of: string; today: Today | undefined }>();
  useEffect(() => {
    let isWanted = true;
    const look = () =>
      void ask(`/api/stats?camera=${encodeURIComponent(camera)}`).then((answer) => {
        const counted = answer.kind === 'ok' ? readToday(answer.body) : undefined;
        if (isWanted) setToday({ of: camera, today: counted });
      });
    look();
    const stop = every(browserTime, LOOK_EVERY_MS, look);
    return () => {
      isWanted = false;
      stop();
    };
  }, [camera]);
  return today?.of === camera ? today.today : undefined;
}
