// A frame in which a picture can be looked at closely. In: what zooming has come to, and the picture. Out:
// the picture, larger than its frame or not, and a way back to the whole of it.
import type { ReactNode, RefObject } from 'react';
import type { Zooming } from './gestures';
import { scaleWord, WHOLE } from './zoom';

interface Props {
  frame: RefObject<HTMLDivElement | null>;
  zooming: Zooming;
  children: ReactNode;
}

export function ZoomFrame({ frame, zooming: { zoom, set, handlers }, children }: Props) {
  const { scale, left, top } = zoom;
  const transform = `scale(${scale}) translate(${-left * 100}%, ${-top * 100}%)`;
  return (
    <>
      <div ref={frame} className="zoom-frame" data-zoomed={scale > 1} {...handlers}>
        {/* Without a need for it a layer more would cost each frame. */}
        <div
          className="zoom-picture"
          style={scale > 1 ? { transform } : undefined}
          data-testid="zoom-picture"
        >
          {children}
        </div>
      </div>
      {scale > 1 && (
        <button
          type="button"
          className="button zoom-whole"
          data-testid="zoom-whole"
          aria-label={`Shown ${scaleWord(zoom)} as large: show the whole picture`}
          onClick={() => set(() => WHOLE)}
        >
          {scaleWord(zoom)}
        </button>
      )}
    </>
  );
}
