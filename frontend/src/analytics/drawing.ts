// A scene on a canvas. In: a scene in the page's pixels, and how many pixels of the screen one of those has. Out: pixels.
// Where things go was decided in scene.ts; nothing is measured against frames or results here.
import type { Grid } from '../protocol/analytics';
import { NEUTRAL } from './colours';
import type { Rect, Spot } from './geometry';
import { heatPixels } from './heat';
import type { Label, Lettering, Measure } from './labels';
import type { Scene } from './scene';

type Canvas2d = CanvasRenderingContext2D;

const font = (size: number) => `600 ${size}px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif`;
/** Texts are measured at a size where rounding does not tell. */
const MEASURED_AT = 100;
/** `--ground` of style.css, under whatever must be legible on any picture. */
const shade = (cover: number) => `rgb(13 16 19 / ${cover})`;
/** `--text` of style.css, which is `NEUTRAL`, for areas that the picture has to shine through. */
const pale = (cover: number) => `rgb(233 238 242 / ${cover})`;
const CORNER = 3;
const STROKE = 1.5;
/** Boxes lower than this get a thinner line, or the line would hide who is in them. */
const SMALL_BOX = 36;
const SMALL_STROKE = 1;
const DASH = [5, 4];

export class Drawing {
  private heat: { of: Grid; picture: HTMLCanvasElement } | undefined;

  constructor(private readonly context: Canvas2d) {}

  readonly measure: Measure = cached((text) => {
    this.context.font = font(MEASURED_AT);
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
    if (scene.heat !== undefined) this.drawHeat(scene.heat, scene.picture);
    for (const zone of scene.zones) drawZone(context, zone);
    for (const line of scene.lines) drawLine(context, line);
    drawBoxes(context, scene.boxes);
    for (const label of scene.labels) drawLabel(context, label, scene.lettering);
    context.restore();
  }

  /** A grid is coloured once, however many frames it stays. */
  private drawHeat(grid: Grid, picture: Rect): void {
    if (this.heat?.of !== grid) this.heat = { of: grid, picture: heatPicture(grid) };
    // The pixels of a heat map are finer than its cells already; a better filter costs a machine without a GPU many frames.
    this.context.imageSmoothingQuality = 'low';
    this.context.drawImage(this.heat.picture, picture.x, picture.y, picture.width, picture.height);
  }
}

function heatPicture(grid: Grid): HTMLCanvasElement {
  const { width, height, data } = heatPixels(grid);
  const picture = Object.assign(document.createElement('canvas'), { width, height });
  picture.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  return picture;
}

function drawZone(context: Canvas2d, [first, ...rest]: Spot[]): void {
  if (first === undefined) return;
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const { x, y } of rest) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = pale(0.05);
  context.fill();
  strokeTwice(context, shade(0.35), pale(0.6), 1, DASH);
}

/** The same on both sides and at both ends: which way is inbound is said by the counts. */
function drawLine(context: Canvas2d, { from, to, glow }: Scene['lines'][number]): void {
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.lineCap = 'round';
  if (glow > 0) {
    context.lineWidth = 9;
    context.strokeStyle = pale(0.45 * glow);
    context.stroke();
  }
  strokeTwice(context, shade(0.55), NEUTRAL, 2);
  for (const { x, y } of [from, to]) {
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.fillStyle = NEUTRAL;
    strokeTwice(context, shade(0.55), NEUTRAL, 0.5);
    context.fill();
  }
}

/** All boxes of one look at once: a stroke is dear, a path in it is cheap. */
function drawBoxes(context: Canvas2d, boxes: Scene['boxes']): void {
  for (const colour of new Set(boxes.map((box) => box.colour))) {
    for (const small of [true, false]) {
      const alike = boxes.filter((box) => box.colour === colour && box.rect.height < SMALL_BOX === small);
      if (alike.length === 0) continue;
      context.beginPath();
      for (const { rect } of alike) context.roundRect(rect.x, rect.y, rect.width, rect.height, small ? 1 : CORNER);
      strokeTwice(context, shade(0.45), colour, small ? SMALL_STROKE : STROKE);
    }
  }
}

function drawLabel(context: Canvas2d, { text, colour, rect }: Label, lettering: Lettering): void {
  context.fillStyle = shade(0.78);
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, CORNER);
  context.fill();
  context.font = font(lettering.font);
  context.textBaseline = 'middle';
  context.fillStyle = colour;
  context.fillText(text, rect.x + lettering.padding, rect.y + rect.height / 2 + 0.5);
}

/** The path in colour on a dark seam, so that it shows on bright and on dark ground. */
function strokeTwice(context: Canvas2d, seam: string, colour: string, width: number, dash: number[] = []): void {
  context.setLineDash(dash);
  context.strokeStyle = seam;
  context.lineWidth = width + 1.5;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

function trace(context: Canvas2d, { x, y, width, height }: Rect): void {
  context.beginPath();
  context.rect(x, y, width, height);
}

/** Measuring is dear and texts come again. Forgets everything once in a while, because track numbers never end. */
function cached(measure: Measure): Measure {
  const known = new Map<string, number>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size > 2_000) known.clear();
    const width = measure(text);
    known.set(text, width);
    return width;
  };
}
