// What is counted in a camera's picture. In: the camera, as it is described. Out: its live picture with lines
// and zones to draw on it, what they count meanwhile, and a bar that saves.
import { type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import { CameraSession } from '../live/CameraSession';
import { useSnapshot } from '../live/session_context';
import { ALL, pathTo } from '../manage/address';
import type { Camera } from '../manage/camera';
import { drawingSession } from './drawing_session';
import { isChanged } from './editor';
import { undoAction } from './keys';
import { Lacks } from './Lacks';
import { LiveStage } from './LiveStage';
import { PlaceList } from './PlaceList';
import { SaveBar } from './SaveBar';
import { Tools } from './Tools';
import { useEditor } from './use_editor';
import { useSave } from './use_save';
import { wrongsOf } from './wrongs';

interface Props {
  camera: Camera;
  href: string;
}

export function PlacesEditor({ camera, href }: Props) {
  return (
    <CameraSession camera={camera.name} make={() => drawingSession(href, camera.name)}>
      <Counting camera={camera} />
    </CameraSession>
  );
}

function Counting({ camera }: { camera: Camera }) {
  const { analytics: view } = useSnapshot();
  const [editor, dispatch] = useEditor(camera);
  const { saving, refusal, save } = useSave(camera.name, editor, dispatch);
  const wrongs = wrongsOf(editor.steps.now);
  const shown =
    refusal?.key === undefined ? wrongs : new Map([[refusal.key, refusal.words] as const, ...wrongs]);
  const undo = (event: KeyboardEvent) => {
    // A field undoes its own letters.
    if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
    const action = undoAction(event);
    if (action === undefined || event.defaultPrevented) return;
    event.preventDefault();
    dispatch(action);
  };
  return (
    <section className="counting" aria-labelledby="counting" data-testid="counting" onKeyDown={undo}>
      <div className="card-head">
        <h3 id="counting">What to count: {camera.name}</h3>
        <Link className="button" href={pathTo(ALL)}>
          All cameras
        </Link>
      </div>
      <Lacks camera={camera.name} />
      <div className="counting-parts">
        <LiveStage camera={camera} editor={editor} wrongs={shown} dispatch={dispatch} />
        <div className="counting-side">
          <Tools editor={editor} dispatch={dispatch} />
          <PlaceList editor={editor} view={view} wrongs={shown} dispatch={dispatch} />
          <SaveBar
            changed={isChanged(editor)}
            saving={saving}
            // What is about a place stands there.
            refused={refusal?.key === undefined ? refusal?.words : undefined}
            wrong={wrongs.size > 0}
            onSave={save}
            onRevert={() => dispatch({ do: 'revert' })}
          />
        </div>
      </div>
    </section>
  );
}
