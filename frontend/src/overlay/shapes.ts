// Single things on a canvas: boxes, trails, labels, lines, zones. In: a canvas and a thing in the page's
// pixels. Out: strokes and fills that show on bright and on dark pictures alike. Which things there are, and
// where, was decided in scene.ts.
import { NEUTRAL } from './colours';
import type { Spot } from './geometry';
import type { Lettering } from './labels';
import type { TrailOnStage } from './objects';
import { ARROW_LENGTH, type LabelOnStage, type LineOnStage, type Scene, type ZoneOnStage } from './scene';
import { TRAIL_PIECES } from './trails';

type Canvas2d = CanvasRenderingContext2D;

export const fontOf = (size: number) =>
  `600 ${size}px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif`;
/** Shade under whatever must be legible on any picture: `--ground` of style/base.css. */
const shade = (cover: number) => `rgb(13 16 19 / ${cover})`;
/** Pale fill for areas that the picture has to shine through: `NEUTRAL`. */
const pale = (cover: number) => `rgb(233 238 242 / ${cover})`;
/** Radius of the corners of boxes and labels, in the page's pixels. */
const CORNER = 3;
/** Width of a box's line, in the page's pixels. */
const STROKE = 1.5;
/**
 * Height below which a box gets a thinner line, in the page's pixels: a thick one would hide who is in it.
 */
const SMALL_BOX = 36;
/** Width of a small box's line, in the page's pixels. */
const SMALL_STROKE = 1;
/** Lengths of a dash and of the gap behind it, in the page's pixels. */
const DASH = [7, 5];
/** Lengths of a dash and of the gap behind it along an old box, in the page's pixels. */
const OLD_DASH = [4, 3];
/** Width of a trail, in the page's pixels. */
const TRAIL = 2;
/** Opacity of the newest piece of a trail. */
const TRAIL_COVER = 0.85;

/** Draws light dashes in a dark casing without gaps: the one shows on dark ground, the other on bright. */
export function drawZone(context: Canvas2d, { points, glow }: ZoneOnStage): void {
  if (points.length === 0) return;
  context.beginPath();
  trace(context, points);
  context.closePath();
  context.fillStyle = pale(0.05 + 0.2 * glow);
  context.fill();
  context.lineJoin = 'round';
  context.strokeStyle = shade(0.55);
  context.lineWidth = 4;
  context.stroke();
  context.setLineDash(DASH);
  context.strokeStyle = NEUTRAL;
  context.lineWidth = 1.5;
  context.stroke();
  context.setLineDash([]);
}

export function drawLine(context: Canvas2d, { from, to, inward, glow }: LineOnStage): void {
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  if (glow > 0) {
    context.lineWidth = 10;
    context.strokeStyle = pale(0.45 * glow);
    context.stroke();
  }
  strokeTwice(context, shade(0.65), NEUTRAL, 2);
  for (const { x, y } of [from, to]) {
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    fillInCasing(context);
  }
  drawArrow(context, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, inward);
}

/**
 * Distances from a line's middle to its arrow's head and tip, and half the head's width, in the page's
 * pixels.
 */
const ARROW = { neck: ARROW_LENGTH - 8, tip: ARROW_LENGTH, half: 6 };

function drawArrow(context: Canvas2d, middle: Spot, inward: Spot): void {
  if (inward.x === 0 && inward.y === 0) return;
  const at = (along: number, aside: number): [number, number] => [
    middle.x + inward.x * along - inward.y * aside,
    middle.y + inward.y * along + inward.x * aside,
  ];
  context.beginPath();
  context.moveTo(middle.x, middle.y);
  context.lineTo(...at(ARROW.neck, 0));
  strokeTwice(context, shade(0.65), NEUTRAL, 2);
  context.beginPath();
  context.moveTo(...at(ARROW.tip, 0));
  context.lineTo(...at(ARROW.neck, ARROW.half));
  context.lineTo(...at(ARROW.neck, -ARROW.half));
  context.closePath();
  fillInCasing(context);
}

/** Draws all trails; pieces of one colour and strength are one path, since a stroke is dear. */
export function drawTrails(context: Canvas2d, { trails, look }: Pick<Scene, 'trails' | 'look'>): void {
  context.lineCap = 'butt';
  context.lineJoin = 'round';
  for (const colour of new Set(trails.map((trail) => trail.colour))) {
    const alike = trails.filter((trail) => trail.colour === colour);
    for (let piece = 0; piece < TRAIL_PIECES; piece++) drawPieces(context, alike, piece, look.cover);
  }
  context.globalAlpha = 1;
}

function drawPieces(context: Canvas2d, trails: readonly TrailOnStage[], piece: number, cover: number): void {
  context.beginPath();
  for (const { pieces } of trails) trace(context, pieces[piece] ?? []);
  context.globalAlpha = (TRAIL_COVER * cover * (piece + 1)) / TRAIL_PIECES;
  strokeTwice(context, shade(0.35), trails[0]?.colour ?? NEUTRAL, TRAIL);
}

function trace(context: Canvas2d, [first, ...rest]: readonly Spot[]): void {
  if (first === undefined) return;
  context.moveTo(first.x, first.y);
  for (const { x, y } of rest) context.lineTo(x, y);
}

/** Draws all boxes of one look at once: a stroke is dear, a path in it is cheap. Old ones are dashed. */
export function drawBoxes(context: Canvas2d, { boxes, look }: Pick<Scene, 'boxes' | 'look'>): void {
  context.globalAlpha = look.cover;
  context.setLineDash(look.oldS === undefined ? [] : OLD_DASH);
  for (const colour of new Set(boxes.map((box) => box.colour))) {
    for (const small of [true, false]) {
      const alike = boxes.filter((box) => box.colour === colour && box.rect.height < SMALL_BOX === small);
      if (alike.length === 0) continue;
      context.beginPath();
      for (const { rect } of alike)
        context.roundRect(rect.x, rect.y, rect.width, rect.height, small ? 1 : CORNER);
      strokeTwice(context, shade(0.45), colour, small ? SMALL_STROKE : STROKE);
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

export function drawLabel(context: Canvas2d, label: LabelOnStage, lettering: Lettering): void {
  const { text, colour, rect, cover } = label;
  context.globalAlpha = cover;
  context.fillStyle = shade(0.78);
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, CORNER);
  context.fill();
  context.font = fontOf(lettering.font);
  context.textBaseline = 'middle';
  context.fillStyle = colour;
  context.fillText(text, rect.x + lettering.padding, rect.y + rect.height / 2 + 0.5);
  context.globalAlpha = 1;
}

/** Strokes the path in a colour on a dark seam. */
function strokeTwice(context: Canvas2d, seam: string, colour: string, width: number): void {
  context.strokeStyle = seam;
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function fillInCasing(context: Canvas2d): void {
  context.strokeStyle = shade(0.65);
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = NEUTRAL;
  context.fill();
}
