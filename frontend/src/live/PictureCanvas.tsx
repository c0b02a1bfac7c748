// The picture as an element of the stage. In: the session that paints on it, the name of the camera, and
// whether the picture is an old one or missing. Out: an element in which the player keeps a canvas. Frames go
// from the session to the canvas without passing through here.
import { useEffect, useRef } from 'react';
import { canvasScreen } from '../player/canvas_screen';
import { startPageWorker } from '../player/page_worker';
import { useSession } from './session_context';

interface Props {
  camera: string;
  dim: boolean;
  empty: boolean;
}

export function PictureCanvas({ camera, dim, empty }: Props) {
  const session = useSession();
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (host.current === null) return;
    const screen = canvasScreen(host.current, startPageWorker);
    const detach = session.attach(screen);
    return () => {
      detach();
      screen.close();
    };
  }, [session]);

  // The canvas is none of React's: one that was handed to a worker serves no second time.
  return (
    <div
      ref={host}
      className="video"
      data-testid="video"
      data-dim={dim}
      data-empty={empty}
      role="img"
      aria-label={`Live picture of camera ${camera}`}
    />
  );
}
