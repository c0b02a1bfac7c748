// Saving what was drawn. In: the editor, and whom to tell of the camera as it is from then on. Out: a hook
// with how far that is, what the server refused, and a way to save.
import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, useEffect, useState } from 'react';
import type { Camera } from '../manage/camera';
import { askCamera, changeCamera } from '../manage/requests';
import { noteCamera } from '../manage/use_cameras';
import { refusedWord } from '../manage/words';
import type { Action, Editor } from './editor';
import { changeOf, isSameSketch, sketchOf, unreadOf } from './sketch';
import { noteSaved } from './unsaved';
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
    const done = (described: Camera) => {
      noteCamera(client, described);
      noteSaved(camera, sketch);
      dispatch({ do: 'saved', sketch });
      setSaving('done');
    };
    // The answer to a save before may have been lost.
    if (isSameSketch(theirs, sketch)) {
      done(newest);
      return;
    }
    if (!isSameSketch(theirs, saved)) {
      // From now on this is what is saved, so that either of the two can be chosen.
      dispatch({ do: 'saved', sketch: theirs });
      setRefusal({ words: MEANWHILE, key: undefined });
      setSaving('refused');
      return;
    }
    done(await changeCamera(camera, changeOf(saved, sketch, unreadOf(newest))));
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
