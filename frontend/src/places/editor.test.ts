// What hands and keys make of a sketch, as lists of what is done.
import { describe, expect, it } from 'vitest';
import { act, type Action, beginEditor, type Editor, isChanged } from './editor';
import { dragged, type Grip, gripName, gripNamed, handleAt } from './grips';
import { actionOf } from './keys';
import { sketchOf } from './sketch';
import { beginWith, did, redone, undone } from './steps';
import { gripWord } from './words';

const SIZE = { width: 1000, height: 1000 };
const saved = sketchOf({
  lines: [{ id: 'gate', from: [0.2, 0.6], to: [0.8, 0.6] }],
  zones: [
    {
      id: 'plaza',
      points: [
        [0.1, 0.1],
        [0.5, 0.1],
        [0.5, 0.5],
      ],
    },
  ],
});
const begin = () => beginEditor(saved);
const after = (...actions: Action[]) => actions.reduce(act, begin());
const at = (what: 'press' | 'release', x: number, y: number): Action => ({
  do: what,
  at: { x, y },
  size: SIZE,
});

/** The editor after keys that are pressed on something. */
function typed(editor: Editor, grip: Grip | undefined, ...keys: string[]): Editor {
  return keys.reduce((before, key) => {
    const press = { key: key.replace(/^\w+\+/, ''), shiftKey: /^Shift/.test(key), metaKey: false };
    const action = actionOf(before, grip, { ...press, ctrlKey: /^Ctrl/.test(key) });
    return action === undefined ? before : act(before, action);
  }, editor);
}

describe('a line', () => {
  it('is dragged from one end to the other, and is chosen then', () => {
    const editor = after({ do: 'draw', kind: 'line' }, at('press', 0.1, 0.2), at('release', 0.9, 0.3));
    expect(editor.drawing).toBeUndefined();
    const drawn = editor.steps.now.at(-1);
    expect(drawn?.points).toEqual([
      { x: 0.1, y: 0.2 },
      { x: 0.9, y: 0.3 },
    ]);
    expect(editor.chosen).toBe(drawn?.key);
    expect(isChanged(editor)).toBe(true);
  });

  it('has two clicks, of which a double one is one', () => {
    const click = (x: number) => [at('press', x, 0.2), at('release', x, 0.2)];
    const once = after({ do: 'draw', kind: 'line' }, ...click(0.1), ...click(0.1));
    expect(once.drawing?.points).toHaveLength(1);
    expect([...click(0.9)].reduce(act, once).steps.now).toHaveLength(3);
  });

  it('is put into the middle by a key', () => {
    const editor = typed(after({ do: 'draw', kind: 'line' }), undefined, 'Enter');
    expect(editor.steps.now).toHaveLength(3);
  });
});

describe('a zone', () => {
  const corners = [at('press', 0.6, 0.6), at('press', 0.9, 0.6), at('press', 0.9, 0.9)];

  it('is closed by a click on its first corner', () => {
    const open = after({ do: 'draw', kind: 'zone' }, ...corners);
    expect(open.drawing?.points).toHaveLength(3);
    const closed = act(open, at('press', 0.605, 0.6));
    expect(closed.drawing).toBeUndefined();
    expect(closed.steps.now.at(-1)?.points).toHaveLength(3);
  });

  it('is finished by a key once it has three corners, and goes on before', () => {
    const two = after({ do: 'draw', kind: 'zone' }, ...corners.slice(0, 2));
    expect(typed(two, undefined, 'Enter')).toBe(two);
    const three = after({ do: 'draw', kind: 'zone' }, ...corners);
    expect(typed(three, undefined, 'Enter').steps.now.at(-1)?.points).toHaveLength(3);
  });

  it('loses its last corner when that is undone, and nothing else does', () => {
    const open = after({ do: 'remove', key: 0 }, { do: 'draw', kind: 'zone' }, ...corners);
    const undone = typed(open, undefined, 'Ctrl+z');
    expect([undone.drawing?.points.length, undone.steps]).toEqual([2, open.steps]);
  });

  it('loses its last corner by Backspace, and all of it by Escape', () => {
    const open = after({ do: 'draw', kind: 'zone' }, ...corners);
    expect(typed(open, undefined, 'Backspace').drawing?.points).toHaveLength(2);
    const given = typed(open, undefined, 'Escape');
    expect([given.drawing, isChanged(given)]).toEqual([undefined, false]);
  });
});

describe('keys', () => {
  const end: Grip = { part: 'point', key: 0, index: 1 };

  it('move what has the focus, and all of that is one step', () => {
    const editor = typed(begin(), end, 'ArrowUp', 'ArrowUp', 'Shift+ArrowLeft');
    expect(editor.steps.now[0]?.points[1]).toEqual({ x: 0.75, y: 0.58 });
    expect(typed(editor, end, 'Ctrl+z').steps.now).toBe(saved);
    expect(typed(editor, end, 'Ctrl+z', 'Ctrl+y').steps.now).toBe(editor.steps.now);
  });

  it('remove a corner, a place, or a line by one of its ends', () => {
    const left = (grip: Grip) => typed(begin(), grip, 'Delete').steps.now.map(({ id }) => id);
    expect(left({ part: 'whole', key: 1 })).toEqual(['gate']);
    expect(left(end)).toEqual(['plaza']);
    expect(left({ part: 'edge', key: 1, index: 0 })).toEqual(['gate', 'plaza']);
  });

  it('put a corner on an edge', () => {
    const editor = typed(begin(), { part: 'edge', key: 1, index: 2 }, 'Enter');
    expect(editor.steps.now[1]?.points).toHaveLength(4);
  });

  it('are the browser’s where they mean nothing here', () => {
    for (const key of ['Tab', 'a', 'PageDown']) expect(typed(begin(), end, key)).toEqual(begin());
  });
});

describe('what can be taken hold of', () => {
  it.each<Grip>([
    { part: 'whole', key: 12 },
    { part: 'point', key: 0, index: 3 },
    { part: 'edge', key: 1, index: 0 },
  ])('has a name: %j', (grip) => {
    expect(gripNamed(gripName(grip))).toEqual(grip);
  });

  it.each([undefined, '', 'point-1', 'whole-x'])('is nothing in %j', (name) => {
    expect(gripNamed(name)).toBeUndefined();
  });

  it('is dragged: an edge becomes a corner', () => {
    const by = { x: 0.1, y: 0.2 };
    expect(dragged(saved, { part: 'edge', key: 1, index: 0 }, by)[1]?.points[1]).toEqual({ x: 0.4, y: 0.3 });
    expect(dragged(saved, { part: 'point', key: 0, index: 0 }, by)[0]?.points[0]).toEqual({ x: 0.3, y: 0.8 });
    expect(dragged(saved, { part: 'whole', key: 0 }, by)[0]?.points[0]).toEqual({ x: 0.3, y: 0.8 });
  });

  it('is a handle of the chosen place first, wherever something else is drawn over it', () => {
    const [line, zone] = saved;
    if (line === undefined || zone === undefined) throw new Error('not read');
    expect(handleAt(line, { x: 0.205, y: 0.605 }, SIZE)).toEqual({ part: 'point', key: 0, index: 0 });
    expect(handleAt(line, { x: 0.5, y: 0.6 }, SIZE)).toBeUndefined();
    expect(handleAt(zone, { x: 0.3, y: 0.1 }, SIZE)).toEqual({ part: 'edge', key: 1, index: 0 });
    expect(handleAt(zone, { x: 0.45, y: 0.2 }, SIZE)).toBeUndefined();
  });

  it('is told in words, with where it is', () => {
    expect(gripWord({ part: 'point', key: 0, index: 0 }, saved)).toBe(
      'Line gate, beginning: 20 % from the left, 60 % from the top',
    );
    expect(gripWord({ part: 'edge', key: 1, index: 2 }, saved)).toBe(
      'Zone plaza, a new corner between 3 and 1',
    );
  });
});

describe('changes', () => {
  it('are gone when discarded, and there again when that is undone', () => {
    const changed = after({ do: 'remove', key: 0 });
    const discarded = act(changed, { do: 'revert' });
    expect(isChanged(discarded)).toBe(false);
    expect(isChanged(act(discarded, { do: 'undo' }))).toBe(true);
  });

  it('are none once they are saved, but for those that came meanwhile', () => {
    const sent = after({ do: 'remove', key: 0 });
    expect(isChanged(act(sent, { do: 'saved', sketch: sent.steps.now }))).toBe(false);
    const more = act(sent, { do: 'remove', key: 1 });
    expect(isChanged(act(more, { do: 'saved', sketch: sent.steps.now }))).toBe(true);
  });
});

describe('steps', () => {
  it('go back and forth, and a new one ends those that were undone', () => {
    const steps = did(did(beginWith(1), 2), 3);
    expect(undone(steps).now).toBe(2);
    expect(redone(undone(steps)).now).toBe(3);
    expect(did(undone(steps), 4).after).toEqual([]);
    expect(undone(beginWith(1)).now).toBe(1);
    expect(redone(steps).now).toBe(3);
  });

  it('of one kind are one, until something else comes between', () => {
    const steps = did(did(did(beginWith(1), 2, 'drag 1'), 3, 'drag 1'), 4, 'drag 2');
    expect(steps.before).toEqual([1, 3]);
  });
});
