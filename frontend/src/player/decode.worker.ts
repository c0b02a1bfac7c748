// The thread that decodes and composes. In: the page's canvas, then JPEGs one after another. Out: pictures on
// that canvas, word that it can be drawn on, for each JPEG whether it was drawn, and when something is shown.
// Which frames are drawn, and in which order, is decided on the other side.
import { canvasSheet, decodeBitmap, present } from './canvas_sheet';
import { composer, type Draw } from './composer';
import { type DrawReply, isDrawRequest } from './decode_messages';

// The DOM types know no worker scope; these members are all that is used of it.
declare const self: {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(reply: DrawReply): void;
  requestAnimationFrame?: (task: () => void) => number;
};

let draw: Draw | undefined;

self.onmessage = ({ data }) => {
  if (!isDrawRequest(data)) return;
  if (data.kind === 'draw') {
    void answer(data.id, data.jpeg, data.part);
    return;
  }
  // Where this fails, the page hears of it and draws by itself.
  draw = drawingOn(data.canvas);
  self.postMessage({ kind: 'ready' });
};

async function answer(id: number, ...frame: Parameters<Draw>): Promise<void> {
  try {
    if (draw === undefined) throw new Error('there is no canvas yet');
    await draw(...frame);
    self.postMessage({ kind: 'drawn', id });
  } catch (error) {
    self.postMessage({ kind: 'failed', id, error: String(error) });
  }
}

function drawingOn(canvas: OffscreenCanvas): Draw {
  const copy = () => {
    const copied = new OffscreenCanvas(canvas.width, canvas.height);
    present(copied.getContext('2d')).drawImage(canvas, 0, 0);
    return copied;
  };
  const context = present(canvas.getContext('2d', { alpha: false }));
  const sheet = canvasSheet({ canvas, context, copy });
  const painted = (size: { width: number; height: number }) => self.postMessage({ kind: 'painted', ...size });
  return composer({ sheet, decode: decodeBitmap, beforeRepaint, painted });
}

function beforeRepaint(task: () => void): void {
  try {
    if (self.requestAnimationFrame !== undefined) {
      self.requestAnimationFrame(task);
      return;
    }
  } catch {
    // Some browsers have it and refuse it to a thread like this one.
  }
  setTimeout(task, 0);
}
