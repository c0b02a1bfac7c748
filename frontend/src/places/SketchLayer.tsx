// Lines and zones over the picture, to be drawn and moved. In: the editor, what acts on it, and which
// places are wrong. Out: a layer that fills the stage; what hands and keys do there is decided in other
// files.
import { type Dispatch, type RefObject, useEffect, useRef, useState } from 'react';
import type { Size } from '../overlay/geometry';
import type { Point } from '../protocol/places';
import { useSize } from '../ui/size';
import type { Drawing } from './drawing';
import type { Action, Editor } from './editor';
import { spotOf } from './geometry';
import { cornersOf, Shape } from './Shape';
import type { Kind, Sketch } from './sketch';
import { gripAt, useGrips } from './use_grips';
import { gripWord } from './words';
import type { Wrongs } from './wrongs';

interface Props {
  editor: Editor;
  wrongs: Wrongs;
  /** Id of the element that says what can be done. */
  hint: string;
  dispatch: Dispatch<Action>;
}

export function SketchLayer({ editor, wrongs, hint, dispatch }: Props) {
  const layer = useRef<SVGSVGElement>(null);
  const size = useSize(layer);
  const [spoken, setSpoken] = useState('');
  const { handlers, hover } = useGrips(layer, size, editor, dispatch);
  const { drawing, chosen, steps } = editor;
  const sketch = steps.now;
  useFocus(layer, editor);
  return (
    <>
      <svg
        ref={layer}
        className="sketch"
        data-testid="sketch"
        data-drawing={drawing !== undefined}
        role="group"
        tabIndex={-1}
        aria-label="Lines and zones on the picture"
        aria-describedby={hint}
        onFocus={({ target }) => {
          const grip = gripAt(target);
          if (grip !== undefined && drawing === undefined) dispatch({ do: 'choose', key: grip.key });
        }}
        onKeyUp={({ target }) => {
          const grip = gripAt(target);
          setSpoken(grip === undefined ? '' : gripWord(grip, sketch));
        }}
        {...handlers}
      >
        {inOrder(sketch).map((place) => (
          <Shape
            key={place.key}
            {...{ place, sketch, size }}
            chosen={place.key === chosen}
            wrong={wrongs.has(place.key)}
          />
        ))}
        {drawing !== undefined && <Drawn {...{ drawing, size, hover }} />}
      </svg>
      <p className="spoken" role="status">
        {spoken}
      </p>
    </>
  );
}

/** Lines above zones, which would cover them. */
function inOrder(sketch: Sketch): Sketch {
  const of = (kind: Kind) => sketch.filter((place) => place.kind === kind);
  return [...of('zone'), ...of('line')];
}

/**
 * The keys of whoever begins to draw are the layer's, and then those of what was drawn; the layer's again
 * where what had the focus is gone.
 */
function useFocus(layer: RefObject<SVGSVGElement | null>, { drawing, chosen }: Editor) {
  const isDrawing = drawing !== undefined;
  const hadFocus = useRef(false);
  useEffect(() => {
    const { activeElement, body } = document;
    if (hadFocus.current && activeElement === body) layer.current?.focus({ preventScroll: true });
    hadFocus.current = layer.current?.contains(document.activeElement) === true;
  });
  useEffect(() => {
    const { current } = layer;
    if (isDrawing) current?.focus({ preventScroll: true });
    else if (chosen !== undefined && document.activeElement === current)
      current?.querySelector<SVGElement>('[data-part="point"]')?.focus({ preventScroll: true });
  }, [layer, isDrawing, chosen]);
}

interface DrawnProps {
  drawing: Drawing;
  size: Size;
  /** Where the pointer is; undefined where it is not over the picture. */
  hover: Point | undefined;
}

/** What is there of a place that is being drawn, up to the pointer. */
function Drawn({ drawing: { points }, size, hover }: DrawnProps) {
  const path = [...points, ...(hover === undefined || points.length === 0 ? [] : [hover])];
  const spots = path.map((point) => spotOf(point, size));
  return (
    <g className="shape" data-chosen="true" aria-hidden="true">
      <polyline className="under" points={cornersOf(spots)} />
      <polyline className="stroke" points={cornersOf(spots)} />
      {points.map((point, index) => {
        const { x, y } = spotOf(point, size);
        return <circle key={index} className="handle-dot" cx={x} cy={y} r={7} />;
      })}
    </g>
  );
}
