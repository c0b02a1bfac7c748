// What is written on the picture, and where. In: boxes on the stage, and how wide a text is. Out: labels that lie inside the
// picture and on top of no other, and leave most of it free. Pure; fonts and plates are drawn elsewhere.
import type { TrackedObject } from '../protocol/analytics';
import { isVehicle } from './colours';
import { moveInto, overlaps, type Rect, type Size } from './geometry';

/** How large everything is written, in the page's pixels. */
export interface Lettering {
  font: number;
  height: number;
  padding: number;
}

const USUAL: Lettering = { font: 11, height: 15, padding: 4 };
/** For a phone held upright, whose screen is sharp and near. */
const SMALL: Lettering = { font: 9, height: 12, padding: 3 };
const SMALL_PICTURE = 560;

/** Between a box and its label. */
const GAP = 2;
/** Beyond so many boxes, labels shorten. */
const CROWD_BOXES = 25;
/** So do they where full ones would cover more of the picture than this; short ones stop coming there. */
const COVERED_AT_MOST = 0.08;

export interface Label {
  text: string;
  colour: string;
  rect: Rect;
}

export interface BoxOnStage {
  object: TrackedObject;
  rect: Rect;
  colour: string;
}

/** How wide a text is, as a multiple of its font's size. */
export type Measure = (text: string) => number;

export function letteringFor(picture: Rect): Lettering {
  return picture.width < SMALL_PICTURE ? SMALL : USUAL;
}

export function sizeOf(text: string, { font, height, padding }: Lettering, measure: Measure): Size {
  return { width: measure(text) * font + 2 * padding, height };
}

export function fullText({ trackId, class: name, speedKmh }: TrackedObject): string {
  return [`#${trackId}`, name, ...(speedKmh === undefined ? [] : [speedText(speedKmh)])].join(' ');
}

/** In a crowd a vehicle is told by its speed; a person by the number, since all walk alike. */
export function shortText({ trackId, class: name, speedKmh }: TrackedObject): string {
  return isVehicle(name) && speedKmh !== undefined ? speedText(speedKmh) : `#${trackId}`;
}

function speedText(speedKmh: number): string {
  return `${speedKmh.toFixed(speedKmh < 9.95 ? 1 : 0)} km/h`;
}

/** `taken`: what is written there already. A box whose label finds no room goes without one. */
export function placeLabels(boxes: readonly BoxOnStage[], picture: Rect, taken: readonly Rect[], measure: Measure): Label[] {
  const lettering = letteringFor(picture);
  const size = (text: string) => sizeOf(text, lettering, measure);
  const room = COVERED_AT_MOST * areaOf(picture);
  const crowded = boxes.length > CROWD_BOXES || totalArea(boxes.map(({ object }) => size(fullText(object)))) > room;
  const placed: Label[] = [];
  const isFree = (rect: Rect) => ![...taken, ...placed.map((label) => label.rect)].some((other) => overlaps(rect, other));
  // Always in the same order, so that labels do not take each other's places from frame to frame.
  for (const { object, rect, colour } of boxes.toSorted((a, b) => a.object.trackId - b.object.trackId)) {
    const full = fullText(object);
    // A label no wider than its own box is short enough for a crowd.
    const text = !crowded || size(full).width <= rect.width ? full : shortText(object);
    const place = placesFor(rect, size(text), picture).find(isFree);
    if (place !== undefined && totalArea(placed.map((label) => label.rect)) + areaOf(place) <= room) {
      placed.push({ text, colour, rect: place });
    }
  }
  return placed;
}

function areaOf({ width, height }: Size): number {
  return width * height;
}

function totalArea(sizes: readonly Size[]): number {
  return sizes.reduce((sum, size) => sum + areaOf(size), 0);
}

/** Above the box, below it, or inside where the box is large, best first; sideways only as far as the picture's edge asks. */
function placesFor(box: Rect, size: Size, picture: Rect): Rect[] {
  const above = box.y - GAP - size.height;
  const below = box.y + box.height + GAP;
  const roomy = box.width >= size.width + 2 * GAP && box.height >= 3 * size.height;
  const heights = [above, below, ...(roomy ? [box.y + GAP, box.y + box.height - GAP - size.height] : [])];
  const sides = [box.x, box.x + box.width - size.width];
  return heights
    .filter((y) => y >= picture.y && y + size.height <= picture.y + picture.height)
    .flatMap((y) => sides.map((x) => moveInto({ x, y, ...size }, picture)))
    .filter((rect) => rect.x + rect.width <= picture.x + picture.width);
}
