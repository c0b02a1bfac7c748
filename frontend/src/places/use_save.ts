// Saving what was drawn. In: the editor, and whom to tell of the camera as it is from then on. Out: a hook
// with how far that is, what the server refused, and a way to save.
import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, useState } from 'react';
import { changeCamera } from '../manage/requests';
import { noteCamera } from '../manage/use_cameras';
import { refusedWord } from '../manage/words';
import type { Action, Editor } from './editor';
import { changeOf } from './sketch';
import type { Saving } from './words';
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
  const save = () => {
    const sketch = steps.now;
    setSaving('under way');
    setRefusal(undefined);
    changeCamera(camera, changeOf(saved, sketch))
      .then((described) => {
        noteCamera(client, described);
        dispatch({ do: 'saved', sketch });
        setSaving('done');
      })
      .catch((error: unknown) => {
        setRefusal(refusalOf(refusedWord(error), sketch));
        setSaving('refused');
      });
  };
  return { saving, refusal, save };
}
