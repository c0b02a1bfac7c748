// The editor of lines and zones as one value. In: what somebody does. Out: the sketch with its undone and
// redone steps, what is chosen, and what is being drawn. Pure; no markup, no requests.
import type { Size } from '../overlay/geometry';
import type { Point } from '../protocol/places';
import { beginDrawing, type Drawing, enough, pressed, released, stepBack } from './drawing';
import { changeOf, type Kind, type Sketch, usualPoints, without, withPlace } from './sketch';
import { beginWith, did, redone, type Steps, undone } from './steps';

export interface Editor {
  /** Sketch as the server has it. */
  saved: Sketch;
  steps: Steps<Sketch>;
  /** Key of the place that is chosen. */
  chosen: number | undefined;
  drawing: Drawing | undefined;
}

export type Action =
  | { do: 'change'; sketch: Sketch; what?: string }
  | { do: 'remove'; key: number }
  | { do: 'choose'; key: number | undefined }
  | { do: 'draw'; kind: Kind }
  /** The pointer is pressed, or let go, while something is drawn. */
  | { do: 'press' | 'release'; at: Point; size: Size }
  /** What is drawn shall be finished as it is; where it has no point yet, it gets the usual ones. */
  | { do: 'finish' }
  | { do: 'step back' | 'stop drawing' | 'undo' | 'redo' | 'revert' }
  | { do: 'saved'; sketch: Sketch };

export function beginEditor(saved: Sketch): Editor {
  return { saved, steps: beginWith(saved), chosen: undefined, drawing: undefined };
}

export function isChanged({ saved, steps }: Editor): boolean {
  return Object.keys(changeOf(saved, steps.now)).length > 0;
}

export function act(editor: Editor, action: Action): Editor {
  const { steps, drawing } = editor;
  switch (action.do) {
    case 'change':
      return { ...editor, steps: did(steps, action.sketch, action.what) };
    case 'remove':
      return { ...editor, steps: did(steps, without(steps.now, action.key)), chosen: undefined };
    case 'choose':
      return { ...editor, chosen: action.key };
    case 'draw':
      return { ...editor, chosen: undefined, drawing: beginDrawing(action.kind) };
    case 'press':
      return drawing === undefined ? editor : drawn(editor, pressed(drawing, action.at, action.size));
    case 'release':
      return drawing === undefined ? editor : drawn(editor, released(drawing, action.at, action.size));
    case 'finish':
      return drawing === undefined ? editor : finish(editor, drawing);
    case 'step back':
      return { ...editor, drawing: drawing && stepBack(drawing) };
    case 'stop drawing':
      return { ...editor, drawing: undefined };
    case 'undo':
      // What is being drawn is what was done last.
      return drawing === undefined
        ? { ...editor, steps: undone(steps) }
        : { ...editor, drawing: stepBack(drawing) };
    case 'redo':
      return { ...editor, steps: redone(steps) };
    case 'revert':
      return { ...editor, steps: did(steps, editor.saved), chosen: undefined, drawing: undefined };
    case 'saved':
      // What was drawn since it was sent stays, and is not saved.
      return { ...editor, saved: action.sketch };
  }
}

function drawn(editor: Editor, drawing: Drawing): Editor {
  return drawing.done ? finished(editor, drawing.kind, drawing.points) : { ...editor, drawing };
}

function finish(editor: Editor, drawing: Drawing): Editor {
  const { kind, points } = drawing;
  const all = points.length === 0 ? usualPoints(kind, editor.steps.now.length) : enough(drawing);
  return all === undefined ? editor : finished(editor, kind, all);
}

function finished(editor: Editor, kind: Kind, points: readonly Point[]): Editor {
  const sketch = withPlace(editor.steps.now, kind, points);
  return {
    ...editor,
    steps: did(editor.steps, sketch),
    chosen: sketch.at(-1)?.key,
    drawing: undefined,
  };
}
