// The live picture of a camera that is drawn on. In: the camera, its session from the context, and the
// editor. Out: a stage of the picture's shape from the first moment on, so that nothing moves when it
// comes, with boxes and the sketch over it; or why there is no picture.
import { type Dispatch, useId } from 'react';
import { isBarred } from '../connection/connection';
import { PictureCanvas } from '../live/PictureCanvas';
import { useSession, useSnapshot } from '../live/session_context';
import { noticeWord } from '../live/words';
import type { Camera } from '../manage/camera';
import { OverlayCanvas } from '../overlay/OverlayCanvas';
import type { Action, Editor } from './editor';
import { SketchLayer } from './SketchLayer';
import { hintWord } from './words';
import type { Wrongs } from './wrongs';

interface Props {
  camera: Camera;
  editor: Editor;
  wrongs: Wrongs;
  dispatch: Dispatch<Action>;
}

/** Shape of a picture that is not known yet. */
const USUAL = { width: 16, height: 9 };

/** What stands above and below the picture on a page that shows all of it at once, px. */
const AROUND_PX = 190;

export function LiveStage({ camera, editor, wrongs, dispatch }: Props) {
  const hint = useId();
  const session = useSession();
  const snapshot = useSnapshot();
  const { connection, picture, hello } = snapshot;
  const dim = connection.kind !== 'open';
  const { width, height } =
    [hello, camera.size].find((size) => size !== undefined && size.width > 0) ?? USUAL;
  const words = noticeWord(snapshot) ?? (picture === undefined ? 'Connecting' : undefined);
  return (
    <div
      className="drawing-place"
      style={{ maxWidth: `max(260px, calc((100dvh - ${AROUND_PX}px) * ${width / height}))` }}
    >
      <div className="stage drawing-stage" style={{ aspectRatio: `${width} / ${height}` }}>
        {!isBarred(connection) && (
          <>
            <PictureCanvas camera={camera.name} dim={dim} empty={picture === undefined} />
            <OverlayCanvas host={session} dim={dim} />
          </>
        )}
        {words !== undefined && <p className="drawing-notice">{words}</p>}
        <SketchLayer editor={editor} wrongs={wrongs} hint={hint} dispatch={dispatch} />
      </div>
      <p className="hint drawing-hint" id={hint}>
        {hintWord(editor.drawing)}
      </p>
    </div>
  );
}
