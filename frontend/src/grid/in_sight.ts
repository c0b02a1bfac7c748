// Whether an element can be seen on the page as it is scrolled. In: the element. Out: a hook.
import { type RefObject, useEffect, useState } from 'react';

/** How far out of sight an element may be to count as seen: it is there once somebody has scrolled to it. */
const MARGIN = '120px';

export function useInSight(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setSeen(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return seen;
}
