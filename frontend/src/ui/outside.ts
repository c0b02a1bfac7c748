// Clicks beside an element, and focus that leaves it. In: the element, and whether to listen. Out: a call for
// each. A menu that is open does not stay behind when somebody goes on elsewhere.
import { type RefObject, useEffect } from 'react';

export function useOutside(box: RefObject<Element | null>, listening: boolean, act: () => void): void {
  useEffect(() => {
    if (!listening) return;
    const look = ({ target }: Event) => {
      if (target instanceof Node && box.current?.contains(target) === false) act();
    };
    for (const kind of KINDS) document.addEventListener(kind, look);
    return () => {
      for (const kind of KINDS) document.removeEventListener(kind, look);
    };
  });
}

/** Events by which somebody goes on elsewhere; focus that only leaves the page goes nowhere. */
const KINDS = ['pointerdown', 'focusin'] as const;
