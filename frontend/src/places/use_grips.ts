// Pointer and keys on the picture. In: the layer that is drawn on, the editor, and what acts on it. Out: a
// hook with the handlers of the layer, and where the pointer is while something is drawn. One finger or the
// mouse does the same: only the first pointer counts until it is let go.
import {
  type Dispatch,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { Size } from '../overlay/geometry';
import type { Point } from '../protocol/places';
import type { Action, Editor } from './editor';
import { between, pointAt } from './geometry';
import { dragged, type Grip, gripNamed, handleAt } from './grips';
import { actionOf } from './keys';
import { isSame, type Sketch } from './sketch';

/** What a pointer holds: where that was, and how the sketch was then. */
interface Held {
  pointer: number;
  /** Undefined while something is drawn. */
  grip: Grip | undefined;
  from: Point;
  sketch: Sketch;
}

type Layer = RefObject<SVGSVGElement | null>;

export function useGrips(layer: Layer, size: Size, editor: Editor, dispatch: Dispatch<Action>) {
  const held = useRef<Held>(undefined);
  const drags = useRef(0);
  const [hover, setHover] = useState<Point>();
  const isDrawing = editor.drawing !== undefined;
  const at = (event: PointerEvent<SVGSVGElement>) =>
    pointAt(event, event.currentTarget.getBoundingClientRect());

  const onPointerDown = (event: PointerEvent<SVGSVGElement>) => {
    const { pointer = event.pointerId } = held.current ?? {};
    if (event.button !== 0 || pointer !== event.pointerId) return;
    const from = at(event);
    const chosen = editor.steps.now.find(({ key }) => key === editor.chosen);
    const grip = (chosen && handleAt(chosen, from, size)) ?? gripAt(event.target);
    if (isDrawing) {
      held.current = { pointer: event.pointerId, grip: undefined, from, sketch: editor.steps.now };
      setHover(from);
      dispatch({ do: 'press', at: from, size });
      // The keys of whoever draws are the layer's.
      layer.current?.focus();
      event.preventDefault();
    } else {
      dispatch({ do: 'choose', key: grip?.key });
      if (grip === undefined) return;
      drags.current++;
      held.current = { pointer: event.pointerId, grip, from, sketch: editor.steps.now };
    }
    event.currentTarget.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const isHeld = held.current?.pointer === event.pointerId;
    // A mouse shows where the next point would be also while it is not pressed.
    if (isDrawing && (isHeld || held.current === undefined)) setHover(at(event));
    if (!isHeld || held.current?.grip === undefined) return;
    const { grip, from, sketch } = held.current;
    const by = between(from, at(event));
    if (isSame(by, { x: 0, y: 0 })) return;
    dispatch({ do: 'change', sketch: dragged(sketch, grip, by), what: `drag ${drags.current}` });
  };

  const onPointerUp = (event: PointerEvent<SVGSVGElement>) => {
    const isHeld = held.current?.pointer === event.pointerId;
    if (isDrawing && isHeld) dispatch({ do: 'release', at: at(event), size });
    if (event.pointerType !== 'mouse') setHover(undefined);
    letGo(event);
  };

  const onPointerCancel = (event: PointerEvent<SVGSVGElement>) => {
    setHover(undefined);
    letGo(event);
  };

  const letGo = ({ pointerId }: PointerEvent<SVGSVGElement>) => {
    if (held.current?.pointer === pointerId) held.current = undefined;
  };

  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    const action = actionOf(editor, gripAt(event.target), event);
    if (action === undefined) return;
    event.preventDefault();
    dispatch(action);
  };

  useHeldStill(layer, isDrawing);
  const handlers = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onKeyDown };
  return { handlers, hover: isDrawing ? hover : undefined };
}

/**
 * The page does not scroll under a finger that holds something. `touch-action` would say so, but browsers
 * do not heed it inside of drawings.
 */
function useHeldStill(layer: Layer, isDrawing: boolean): void {
  useEffect(() => {
    const { current } = layer;
    const hold = (event: TouchEvent) => {
      if (event.target !== null && (isDrawing || gripAt(event.target) !== undefined)) event.preventDefault();
    };
    // React's own listeners of touches are passive, which cannot hold anything.
    current?.addEventListener('touchstart', hold, { passive: false });
    return () => current?.removeEventListener('touchstart', hold);
  }, [layer, isDrawing]);
}

/** What an element, or one around it, lets somebody take hold of. */
export function gripAt(target: EventTarget): Grip | undefined {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest('[data-grip]');
  return gripNamed(element?.getAttribute('data-grip') ?? undefined);
}
