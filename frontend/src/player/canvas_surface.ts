// The canvas as a surface to paint on. In: a decoded picture and its numbers. Out: pixels, and the frame's
// number, level and scale as attributes of the element. The canvas has the picture's own size and the style
// sheet fits it into the stage (object-fit), so a picture is scaled once, by the compositor, and a resized
// window needs no repaint.
import type { Surface } from './player';

export function canvasSurface(canvas: HTMLCanvasElement): Surface<ImageBitmap> {
  const context = canvas.getContext('2d', { alpha: false });
  return {
    paint(picture, frame) {
      // Setting a size clears the canvas even if it stays the same.
      if (canvas.width !== picture.width) canvas.width = picture.width;
      if (canvas.height !== picture.height) canvas.height = picture.height;
      context?.drawImage(picture, 0, 0);
      canvas.dataset['frame'] = String(frame.frame);
      canvas.dataset['level'] = String(frame.level);
      canvas.dataset['scale'] = String(frame.scale);
    },
    beforeRepaint(task) {
      const request = requestAnimationFrame(task);
      return () => cancelAnimationFrame(request);
    },
  };
}
