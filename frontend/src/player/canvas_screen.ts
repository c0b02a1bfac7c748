// A screen in an element of the page. In: the element. Out: a canvas in it with the composed picture, and the
// painted frame's number, level, scale and size as attributes of the element. A canvas that was handed to a
// worker cannot be had back, so whoever draws gets a fresh one.
import { browserTime } from '../time/time';
import { canvasSheet, decodeBitmap, present } from './canvas_sheet';
import { composer, type Draw } from './composer';
import { Drawer, type DrawingWorker } from './drawer';
import type { PlayerFrame, Size } from './screen';

/** Size of a canvas that nothing was drawn on, pixels: its shape is the most usual one. */
const EMPTY: Size = { width: 1280, height: 720 };

/** A screen in an element; `start` starts the worker that draws. */
export function canvasScreen(host: HTMLElement, start: () => Worker): Drawer {
  return new Drawer({
    makeWorker: () => workerOn(freshCanvas(host), start),
    drawHere: (painted) => drawingOn(freshCanvas(host), painted),
    tell: (frame, size) => tell(host, frame, size),
    time: browserTime,
    isVisible: () => document.visibilityState === 'visible',
  });
}

/** Puts a fresh canvas into an element, in the place of whatever is there. */
function freshCanvas(host: HTMLElement): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), EMPTY);
  host.replaceChildren(canvas);
  return canvas;
}

/** Hands a canvas to a worker. Browsers that cannot do so have no such method. */
function workerOn(canvas: HTMLCanvasElement, start: () => Worker): DrawingWorker {
  const offscreen = canvas.transferControlToOffscreen();
  const worker = start();
  worker.postMessage({ kind: 'canvas', canvas: offscreen }, [offscreen]);
  return worker;
}

function drawingOn(canvas: HTMLCanvasElement, painted: (size: Size) => void): Draw {
  const copy = () => {
    const { width, height } = canvas;
    const copied = Object.assign(document.createElement('canvas'), { width, height });
    present(copied.getContext('2d')).drawImage(canvas, 0, 0);
    return copied;
  };
  const context = present(canvas.getContext('2d', { alpha: false }));
  const sheet = canvasSheet({ canvas, context, copy });
  const beforeRepaint = (task: () => void) => void requestAnimationFrame(task);
  return composer({ sheet, decode: decodeBitmap, beforeRepaint, painted });
}

function tell({ dataset }: HTMLElement, { frame, level, scale }: PlayerFrame, size: Size): void {
  dataset['level'] = String(level);
  dataset['scale'] = String(scale);
  dataset['width'] = String(size.width);
  dataset['height'] = String(size.height);
  // Last, since whoever watches this one reads the others.
  dataset['frame'] = String(frame);
}
