// The picture as an element of the stage. In: the session that paints on it, the name of the camera, and
// whether the picture is an old one or missing. Out: a canvas. Frames go from the session to the canvas
// without passing through here.
import { useEffect, useRef } from 'react';
import { canvasSurface } from '../player/canvas_surface';
import { browserDecoder } from '../player/decoder';
import { useSession } from './session_context';

interface Props {
  camera: string;
  dim: boolean;
  empty: boolean;
}

export function PictureCanvas({ camera, dim, empty }: Props) {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (canvas.current === null) return;
    const decoder = browserDecoder();
    const detach = session.attach(canvasSurface(canvas.current), decoder.decode);
    return () => {
      detach();
      decoder.close();
    };
  }, [session]);

  return (
    <canvas
      ref={canvas}
      className="video"
      data-testid="video"
      data-dim={dim}
      data-empty={empty}
      width={1280}
      height={720}
      role="img"
      aria-label={`Live picture of camera ${camera}`}
    />
  );
}
