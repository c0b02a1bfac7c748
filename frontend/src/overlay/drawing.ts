// A scene on a canvas. In: a scene in the page's pixels, and how many pixels of the screen one of those has.
// Out: pixels. Where things go was decided in scene.ts, what each looks like is in shapes.ts; nothing is
// measured against frames or results.
import type { Density } from '../results/density';
import { drawBlocks } from './blocks';
import type { Rect } from './geometry';
import { heatPixels } from './heat';
import type { Measure } from './labels';
import type { Scene } from './scene';
import { drawBoxes, drawLabel, drawLine, drawTrails, drawZone, fontOf } from './shapes';

/** Font size at which texts are measured, pixels: so large that rounding does not tell. */
const MEASURED_AT = 100;

export class Drawing {
  private heat: { of: Density; picture: HTMLCanvasElement } | undefined;

  constructor(private readonly context: CanvasRenderingContext2D) {}

  readonly measure: Measure = cached((text) => {
    this.context.font = fontOf(MEASURED_AT);
    return this.context.measureText(text).width / MEASURED_AT;
  });

  clear(): void {
    const { canvas } = this.context;
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, canvas.width, canvas.height);
  }

  draw(scene: Scene, pixelRatio: number): void {
    const { context } = this;
    this.clear();
    context.save();
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    trace(context, scene.picture);
    context.clip();
    drawBlocks(context, scene.blocks);
    if (scene.heat !== undefined) this.drawHeat(scene.heat, scene.picture);
    for (const zone of scene.zones) drawZone(context, zone);
    for (const line of scene.lines) drawLine(context, line);
    drawTrails(context, scene);
    drawBoxes(context, scene);
    for (const label of scene.labels) drawLabel(context, label, scene.lettering);
    context.restore();
  }

  /** Draws the heat map; a density is coloured once, however many frames it stays. */
  private drawHeat({ density, cover }: NonNullable<Scene['heat']>, picture: Rect): void {
    if (this.heat?.of !== density) this.heat = { of: density, picture: heatPicture(density) };
    // The pixels of a heat map are finer than its cells already; a better filter costs a machine without a
    // GPU many frames.
    this.context.imageSmoothingQuality = 'low';
    this.context.globalAlpha = cover;
    this.context.drawImage(this.heat.picture, picture.x, picture.y, picture.width, picture.height);
    this.context.globalAlpha = 1;
  }
}

function heatPicture(density: Density): HTMLCanvasElement {
  const { width, height, data } = heatPixels(density);
  const picture = Object.assign(document.createElement('canvas'), { width, height });
  picture.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  return picture;
}

function trace(context: CanvasRenderingContext2D, { x, y, width, height }: Rect): void {
  context.beginPath();
  context.rect(x, y, width, height);
}

/** Texts remembered at most; then all are forgotten, because track numbers never end. */
const REMEMBERED = 2_000;

/** A measure that remembers what it has measured: measuring is dear, and texts come again. */
function cached(measure: Measure): Measure {
  const known = new Map<string, number>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size > REMEMBERED) known.clear();
    const width = measure(text);
    known.set(text, width);
    return width;
  };
}
