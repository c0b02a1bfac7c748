// The room that an element has. In: the element. Out: a hook with its size in pixels, which follows changes.
import { type RefObject, useEffect, useState } from 'react';
import type { Room } from './fit';

export function useRoom(element: RefObject<Element | null>): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver((entries) => {
      const size = entries.at(-1)?.contentRect;
      if (size !== undefined) setRoom({ width: size.width, height: size.height });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return room;
}
