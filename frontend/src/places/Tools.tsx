// What can be done with a sketch. In: the editor and what acts on it. Out: buttons that begin a line or a
// zone, or end one that is being drawn, and those that undo and redo. None of them comes or goes: what was
// pressed stays under the pointer.
import type { Dispatch } from 'react';
import { IconButton } from '../ui/IconButton';
import type { Action, Editor } from './editor';

const UNDO = 'M8 4L4 8l4 4M4 8h7a5 5 0 0 1 0 10H8';
const REDO = 'M12 4l4 4-4 4M16 8H9a5 5 0 0 0 0 10h3';

export function Tools({ editor, dispatch }: { editor: Editor; dispatch: Dispatch<Action> }) {
  const { drawing, steps } = editor;
  const isDrawing = drawing !== undefined;
  const [undoes, redoes] = [steps.before.length > 0, steps.after.length > 0];
  return (
    <div className="tools" role="group" aria-label="Drawing">
      <button
        type="button"
        className="button"
        data-testid="draw-line"
        onClick={() => dispatch(isDrawing ? { do: 'finish' } : { do: 'draw', kind: 'line' })}
      >
        {isDrawing ? 'Done' : 'Draw a line'}
      </button>
      <button
        type="button"
        className="button"
        data-testid="draw-zone"
        onClick={() => dispatch(isDrawing ? { do: 'stop drawing' } : { do: 'draw', kind: 'zone' })}
      >
        {isDrawing ? 'Cancel' : 'Draw a zone'}
      </button>
      <IconButton
        hook="undo"
        className="tool"
        label="Undo"
        icon={UNDO}
        // One that is disabled would lose the focus.
        aria-disabled={!undoes}
        onClick={() => dispatch({ do: 'undo' })}
      />
      <IconButton
        hook="redo"
        className="tool"
        label="Redo"
        icon={REDO}
        aria-disabled={!redoes}
        onClick={() => dispatch({ do: 'redo' })}
      />
    </div>
  );
}
