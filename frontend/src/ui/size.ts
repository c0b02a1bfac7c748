// The size of an element. In: the element. Out: a hook with its size in pixels, which follows each change.
import { type RefObject, useLayoutEffect, useState } from 'react';

interface ElementSize {
  width: number;
  height: number;
}

export function useSize(element: RefObject<Element | null>): ElementSize {
  const [size, setSize] = useState<ElementSize>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => {
      const { width, height } = current.getBoundingClientRect();
      setSize({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
