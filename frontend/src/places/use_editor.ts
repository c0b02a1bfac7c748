// The editor of one camera on the page. In: the camera, as it is described when the page opens. Out: a hook
// with the editor and a way to act on it. What is not saved is there again for whoever comes back.
import { type Dispatch, useEffect, useReducer } from 'react';
import type { Camera } from '../manage/camera';
import { act, type Action, beginEditor, type Editor } from './editor';
import { sketchOf } from './sketch';
import { keep, kept } from './unsaved';

export function useEditor(camera: Camera): [Editor, Dispatch<Action>] {
  const [editor, dispatch] = useReducer(act, camera, begin);
  useEffect(() => keep(camera.name, editor), [camera.name, editor]);
  return [editor, dispatch];
}

function begin(camera: Camera): Editor {
  const before = kept(camera.name);
  if (before === undefined) return beginEditor(sketchOf(camera));
  // What was saved then stays: a save tells by it whether somebody else has saved meanwhile. What is done
  // next is a step of its own.
  return { ...before, drawing: undefined, steps: { ...before.steps, last: undefined } };
}
