// Where the picture is. In: a snapshot and the session to attach the canvas to. Out: the canvas, the overlay
// on it, full screen, and a notice over the last picture when there is no newer one. Frames go from the
// session to the canvas without passing through here.
import { useEffect, useRef } from 'react';
import { LayersMenu } from '../panel/LayersMenu';
import { OverlayCanvas } from './OverlayCanvas';
import { PanelButton } from '../panel/PanelButton';
import { canvasSurface } from '../player/canvas_surface';
import { browserDecoder } from '../player/decoder';
import { useFullScreen } from '../ui/full_screen';
import { FullScreenButton } from '../ui/FullScreenButton';
import { Notice } from './Notice';
import { useSession } from './session_context';
import type { Snapshot } from './snapshot';

export function Stage({ snapshot }: { snapshot: Snapshot }) {
  const session = useSession();
  const stage = useRef<HTMLElement>(null);
  const full = useFullScreen();
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

  // The panel is not part of what fills the screen.
  const Analytics = full ? LayersMenu : PanelButton;
  const live = snapshot.connection.kind === 'open';
  return (
    <main className="stage" ref={stage}>
      <canvas
        ref={canvas}
        className="video"
        data-testid="video"
        data-dim={!live}
        data-empty={snapshot.picture === undefined}
        width={1280}
        height={720}
        role="img"
        aria-label={`Live picture of camera ${snapshot.hello?.camera ?? ''}`}
      />
      <OverlayCanvas dim={!live} />
      <Notice snapshot={snapshot} />
      <Analytics view={snapshot.analytics} onChoose={(change) => session.chooseAnalytics(change)} />
      <FullScreenButton target={stage} full={full} />
    </main>
  );
}
