// What keys do over the picture. In: the editor, what has the focus, and a key. Out: an action, or nothing
// for keys that are the browser's. Pure.
import type { Action, Editor } from './editor';
import { moveOf } from './geometry';
import { type Grip, gripName } from './grips';
import { moved, withCorner, withoutPoint } from './sketch';

/** A key that is pressed, with what is held down. */
export interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

export function actionOf(editor: Editor, grip: Grip | undefined, press: Press): Action | undefined {
  if (press.ctrlKey || press.metaKey) return undoAction(press);
  if (editor.drawing !== undefined) return drawingAction(press.key);
  if (press.key === 'Escape') return { do: 'choose', key: undefined };
  return grip && gripAction(editor, grip, press);
}

/** What Ctrl or ⌘ does with a key. */
export function undoAction({ key, shiftKey }: Press): Action | undefined {
  const letter = key.toLowerCase();
  if (letter === 'y' || (letter === 'z' && shiftKey)) return { do: 'redo' };
  return letter === 'z' ? { do: 'undo' } : undefined;
}

function drawingAction(key: string): Action | undefined {
  switch (key) {
    case 'Enter':
      return { do: 'finish' };
    case 'Escape':
      return { do: 'stop drawing' };
    case 'Backspace':
      return { do: 'step back' };
    default:
      return undefined;
  }
}

function gripAction(editor: Editor, grip: Grip, press: Press): Action | undefined {
  const sketch = editor.steps.now;
  const by = moveOf(press.key, press.shiftKey);
  if (by !== undefined) {
    // An edge is where a corner may come, and goes nowhere itself.
    if (grip.part === 'edge') return undefined;
    const index = grip.part === 'point' ? grip.index : undefined;
    return { do: 'change', sketch: moved(sketch, grip.key, index, by), what: `keys ${gripName(grip)}` };
  }
  switch (press.key) {
    case 'Delete':
    case 'Backspace':
      if (grip.part === 'edge') return undefined;
      if (grip.part === 'whole') return { do: 'remove', key: grip.key };
      return { do: 'change', sketch: withoutPoint(sketch, grip.key, grip.index) };
    case 'Enter':
    case ' ':
      return grip.part === 'edge'
        ? { do: 'change', sketch: withCorner(sketch, grip.key, grip.index) }
        : { do: 'choose', key: grip.key };
    default:
      return undefined;
  }
}
