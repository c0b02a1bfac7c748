// The overlay as an element of the stage. In: the session to attach it to, and whether the picture under it
// is an old one. Out: a canvas that lets every click through. Scenes reach it without passing through here.
import { useEffect, useRef } from 'react';
import { useSession } from './session_context';
import { overlayCanvas } from '../overlay/overlay_canvas';

export function OverlayCanvas({ dim }: { dim: boolean }) {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    return element === null ? undefined : session.attachOverlay((redraw) => overlayCanvas(element, redraw));
  }, [session]);

  // What it shows is in the panel, in words.
  return <canvas ref={canvas} className="overlay" data-testid="overlay" data-dim={dim} aria-hidden="true" />;
}
