// Wheel, fingers and double clicks on a picture. In: the element that frames it. Out: a hook with the part
// that is seen, and a way to set it. A wheel that scrolls the page, and a finger that does, are let through.
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { moved, pinched, type Place, toggled, WHOLE, type Zoom, zoomedAt } from './zoom';

/** Share by which a picture grows with each pixel that a wheel turns: a notch of 100 is a quarter. */
const PER_PIXEL = 0.0022;

/** Pixels of a line of text and of a page, by which some wheels count (the modes of WheelEvent). */
const PIXELS = [1, 16, 400] as const;

export interface Zooming {
  zoom: Zoom;
  set: (change: (zoom: Zoom) => Zoom) => void;
  /** What the frame listens to. */
  handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onPointerCancel: (event: PointerEvent) => void;
    onDoubleClick: (event: { clientX: number; clientY: number }) => void;
  };
}

export function useZooming(frame: RefObject<Element | null>): Zooming {
  const [zoom, setZoom] = useState(WHOLE);
  const fingers = useRef(new Map<number, Place>());
  const newest = useRef(zoom);
  newest.current = zoom;
  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Place => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  };
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const turn = (event: Event) => {
      if (!(event instanceof WheelEvent) || !isForPicture(event, newest.current)) return;
      event.preventDefault();
      const pixels = event.deltaY * (PIXELS[event.deltaMode] ?? 1);
      setZoom((zoom) => zoomedAt(zoom, placeOf(event), Math.exp(-pixels * PER_PIXEL)));
    };
    // React's own listener may not keep the page from scrolling.
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [frame]);
  const release = (event: PointerEvent) => void fingers.current.delete(event.pointerId);
  const move = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    // A mouse that was let go beside the frame drags nothing.
    if (event.buttons === 0) {
      release(event);
      return;
    }
    const now = placeOf(event);
    const [other] = [...fingers.current].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    fingers.current.set(event.pointerId, now);
    if (other === undefined) setZoom((zoom) => moved(zoom, { x: now.x - before.x, y: now.y - before.y }));
    else setZoom((zoom) => pinched(zoom, [before, other], [now, other]));
  };
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    fingers.current.set(event.pointerId, placeOf(event));
    // A drag goes on where it leaves the frame.
    if (newest.current.scale > 1) event.currentTarget.setPointerCapture(event.pointerId);
  };
  return {
    zoom,
    set: setZoom,
    handlers: {
      onPointerDown: press,
      onPointerMove: move,
      onPointerUp: release,
      onPointerCancel: release,
      onDoubleClick: (event) => setZoom((zoom) => toggled(zoom, placeOf(event))),
    },
  };
}

/** Whether a wheel is meant for the picture, and not for the page that it could scroll. */
function isForPicture({ ctrlKey, deltaY }: WheelEvent, { scale }: Zoom): boolean {
  const page = document.documentElement;
  const scrolls = page.scrollHeight > page.clientHeight;
  if (scale === 1 && deltaY > 0) return false;
  return ctrlKey || scale > 1 || !scrolls;
}
