// The overlay as an element of the stage. In: the host that draws on it, and whether the picture under it is
// an old one. Out: a canvas that lets every click through. Scenes reach the canvas without passing through
// here.
import { useEffect, useRef } from 'react';
import { type MakeOverlay, overlayCanvas } from './overlay_canvas';

/** Whoever has scenes to draw. */
export interface OverlayHost {
  /** Takes an overlay to draw on; the returned function takes the overlay away again. */
  attachOverlay(makeOverlay: MakeOverlay): () => void;
}

export function OverlayCanvas({ host, dim }: { host: OverlayHost; dim: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    return element === null ? undefined : host.attachOverlay((redraw) => overlayCanvas(element, redraw));
  }, [host]);

  // All that is drawn here stands in the panel, in words.
  return <canvas ref={canvas} className="overlay" data-testid="overlay" data-dim={dim} aria-hidden="true" />;
}
