// Whether an element can be seen, and has been for a moment. In: the element. Out: a hook. What is only
// passed by is not in sight.
import { type RefObject, useEffect, useState } from 'react';
import { browserTime } from '../time/time';

/** Time for which an element must have been seen, ms. */
const SETTLES_MS = 150;

export function useInSight(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    let cancel: () => void = () => undefined;
    const observer = new IntersectionObserver((entries) => {
      cancel();
      const now = entries.at(-1)?.isIntersecting === true;
      if (now) cancel = browserTime.after(SETTLES_MS, () => setSeen(true));
      else setSeen(false);
    });
    observer.observe(element.current);
    return () => {
      cancel();
      observer.disconnect();
    };
  }, [element]);
  return seen;
}
