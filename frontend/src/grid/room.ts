// The room that an element has: from where it begins to the lower end of what can be seen of the page. In:
// the element. Out: a hook with that room in pixels, which follows changes of the window.
import { type RefObject, useLayoutEffect, useState } from 'react';
import type { Room } from './fit';

export function useRoom(element: RefObject<Element | null>): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      const box = element.current;
      if (box === null) return;
      const top = box.getBoundingClientRect().top + window.scrollY;
      setRoom({ width: box.clientWidth, height: window.innerHeight - top });
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [element]);
  return room;
}
