// The canvas that lies over the picture. In: scenes. Out: pixels, as sharp as the screen, and what they show
// as attributes of the element, for tests and the curious. It covers the whole stage; where the picture lies
// in there is decided in geometry.ts.
import { Drawing } from './drawing';
import type { Size } from './geometry';
import type { Measure } from './labels';
import type { Scene } from './scene';

/** Where scenes are drawn: this canvas, or a test's fake. */
export interface Overlay {
  /** In the page's pixels. */
  readonly stage: Size;
  readonly measure: Measure;
  /** Without a scene nothing is left on it. `frame`: the painted frame that the scene belongs to. */
  show(scene: Scene | undefined, frame: number): void;
  close(): void;
}

/** As many pixels as a 4K screen has; beyond that, clearing them costs more than sharpness is worth. */
const MOST_PIXELS = 3840 * 2160;

/** @param resized called when what was drawn has been lost, because the canvas has another size now */
export function overlayCanvas(canvas: HTMLCanvasElement, resized: () => void): Overlay | undefined {
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const drawing = new Drawing(context);
  let [stage, screenRatio, pixelRatio, empty] = [{ width: 0, height: 0 }, 1, 1, true];

  const fit = () => {
    stage = { width: canvas.clientWidth, height: canvas.clientHeight };
    screenRatio = window.devicePixelRatio;
    pixelRatio = Math.min(screenRatio, Math.sqrt(MOST_PIXELS / Math.max(1, stage.width * stage.height)));
    canvas.width = Math.round(stage.width * pixelRatio);
    canvas.height = Math.round(stage.height * pixelRatio);
  };
  const observer = new ResizeObserver(() => {
    fit();
    resized();
  });
  observer.observe(canvas);

  return {
    get stage() {
      return stage;
    },
    measure: drawing.measure,
    show(scene, frame) {
      // A window moved to another screen keeps its size and asks nobody.
      if (window.devicePixelRatio !== screenRatio) fit();
      const nothing = scene === undefined || isEmpty(scene);
      if (!nothing) drawing.draw(scene, pixelRatio);
      else if (!empty) drawing.clear();
      empty = nothing;
      tell(canvas, scene, frame);
    },
    close: () => observer.disconnect(),
  };
}

function isEmpty({ heat, boxes, labels, lines, zones }: Scene): boolean {
  return heat === undefined && [boxes, labels, lines, zones].every((drawn) => drawn.length === 0);
}

function tell({ dataset }: HTMLCanvasElement, scene: Scene | undefined, frame: number): void {
  dataset['frame'] = String(frame);
  dataset['boxes'] = String(scene?.boxes.length ?? 0);
  dataset['labels'] = String(scene?.labels.length ?? 0);
  dataset['lines'] = String(scene?.lines.length ?? 0);
  dataset['zones'] = String(scene?.zones.length ?? 0);
  dataset['heat'] = String(scene?.heat !== undefined);
}
