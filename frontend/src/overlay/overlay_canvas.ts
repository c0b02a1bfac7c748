// The canvas that lies over the picture. In: scenes. Out: pixels, as sharp as the screen, and what they show
// as attributes of the element, for tests and the curious. It covers the whole stage; where the picture lies
// in there is decided in geometry.ts.
import { Drawing } from './drawing';
import type { Size } from './geometry';
import type { Measure } from './labels';
import type { Scene } from './scene';

/** A place to draw scenes on: this canvas, or a test's fake. */
export interface Overlay {
  /** Size of the stage, in the page's pixels. */
  readonly stage: Size;
  readonly measure: Measure;
  /** Draws the scene that belongs to the painted `frame`; without a scene nothing is left on the canvas. */
  show(scene: Scene | undefined, frame: number): void;
  /** Leaves nothing on the canvas, which somebody else may draw on next. */
  close(): void;
}

/**
 * Pixels that the canvas has at most: those of a 4K screen. Clearing more costs more than sharpness is worth.
 */
const MOST_PIXELS = 3840 * 2160;

/** Makes an overlay, which calls `redraw` when what was drawn has been lost. */
export type MakeOverlay = (redraw: () => void) => Overlay | undefined;

/** Overlay on a canvas; undefined where the browser draws on none. */
export function overlayCanvas(canvas: HTMLCanvasElement, redraw: () => void): Overlay | undefined {
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const drawing = new Drawing(context);
  let fitted: Fitted = { stage: { width: 0, height: 0 }, screenRatio: 1, pixelRatio: 1 };
  let empty = true;
  const observer = new ResizeObserver(() => {
    fitted = fit(canvas);
    redraw();
  });
  observer.observe(canvas);

  return {
    get stage() {
      return fitted.stage;
    },
    measure: drawing.measure,
    show(scene, frame) {
      // A window moved to another screen keeps its size and asks nobody.
      if (window.devicePixelRatio !== fitted.screenRatio) fitted = fit(canvas);
      const nothing = scene === undefined || isEmpty(scene);
      if (!nothing) drawing.draw(scene, fitted.pixelRatio);
      else if (!empty) drawing.clear();
      empty = nothing;
      tell(canvas, scene, frame);
    },
    close() {
      observer.disconnect();
      if (!empty) drawing.clear();
    },
  };
}

interface Fitted {
  stage: Size;
  /** Pixels of the screen to a pixel of the page. */
  screenRatio: number;
  /** Pixels of the canvas to a pixel of the page. */
  pixelRatio: number;
}

/** Gives the canvas as many pixels as it has on the screen, and loses what was drawn. */
function fit(canvas: HTMLCanvasElement): Fitted {
  const stage = { width: canvas.clientWidth, height: canvas.clientHeight };
  const screenRatio = window.devicePixelRatio;
  const pixelRatio = Math.min(screenRatio, Math.sqrt(MOST_PIXELS / Math.max(1, stage.width * stage.height)));
  canvas.width = Math.round(stage.width * pixelRatio);
  canvas.height = Math.round(stage.height * pixelRatio);
  return { stage, screenRatio, pixelRatio };
}

function isEmpty({ heat, blocks, boxes, trails, labels, lines, zones }: Scene): boolean {
  const drawn = [blocks, boxes, trails, labels, lines, zones];
  return heat === undefined && drawn.every(({ length }) => length === 0);
}

function tell({ dataset }: HTMLCanvasElement, scene: Scene | undefined, frame: number): void {
  dataset['frame'] = String(frame);
  dataset['blocks'] = String(scene?.blocks.length ?? 0);
  dataset['boxes'] = String(scene?.boxes.length ?? 0);
  dataset['trails'] = String(scene?.trails.length ?? 0);
  dataset['old'] = String(scene?.look.oldS !== undefined);
  dataset['labels'] = String(scene?.labels.length ?? 0);
  dataset['lines'] = String(scene?.lines.length ?? 0);
  dataset['zones'] = String(scene?.zones.length ?? 0);
  dataset['heat'] = String(scene?.heat !== undefined);
}
