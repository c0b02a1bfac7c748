// Saving what was drawn. In: the editor, and whom to tell of the camera as it is from then on. Out: a hook
// with how far that is, what the server refused, and a way to save.
import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, useEffect, useState } from 'react';
import { askCamera, changeCamera } from '../manage/requests';
import { noteCamera } from '../manage/use_cameras';
import { refusedWord } from '../manage/words';
import type { Action, Editor } from './editor';
import { changeOf, isSameSketch, sketchOf, unreadOf } from './sketch';
import { forget } from './unsaved';
import { MEANWHILE, type Saving } from './words';
import { type Refusal, refusalOf } from './wrongs';

interface Used {
  saving: Saving;
  refusal: Refusal | undefined;
  save: () => void;
}

export function useSave(camera: string, { saved, steps }: Editor, dispatch: Dispatch<Action>): Used {
  const client = useQueryClient();
  const [saving, setSaving] = useState<Saving>('none');
  const [refusal, setRefusal] = useState<Refusal>();
  // What is mended is no longer wrong.
  useEffect(() => setRefusal(undefined), [steps.now]);
  const send = async () => {
    const sketch = steps.now;
    const newest = await askCamera(camera);
    const theirs = sketchOf(newest);
    if (!isSameSketch(theirs, saved)) {
      // From now on this is what is saved, so that either of the two can be chosen.
      dispatch({ do: 'saved', sketch: theirs });
      setRefusal({ words: MEANWHILE, key: undefined });
      setSaving('refused');
      return;
    }
    const described = await changeCamera(camera, changeOf(saved, sketch, unreadOf(newest)));
    noteCamera(client, described);
    // Also where the editor has gone meanwhile; one that is there keeps what was drawn since.
    forget(camera);
    dispatch({ do: 'saved', sketch });
    setSaving('done');
  };
  const save = () => {
    setSaving('under way');
    setRefusal(undefined);
    const sketch = steps.now;
    send().catch((error: unknown) => {
      setRefusal(refusalOf(refusedWord(error), sketch));
      setSaving('refused');
    });
  };
  return { saving, refusal, save };
}
