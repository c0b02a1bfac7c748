// What is written on the picture, and where. In: boxes on the stage, and how wide a text is. Out: labels that
// lie inside the picture and on top of no other, and leave most of it free: on a small picture they hide
// nobody either. Pure; fonts and plates are drawn elsewhere.
import type { TrackedObject } from '../protocol/analytics';
import { isVehicle } from './colours';
import { moveInto, overlaps, type Rect, type Size } from './geometry';
import { fullText, roomyText, shortText } from './label_texts';

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
const SMALL_COVERED_AT_MOST = 0.05;
/**
 * Boxes that are not as long as so many lines of text are too small to be labelled: the label would be all
 * there is to see.
 */
const LEAST_BOX = 2;

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
  return isSmall(picture) ? SMALL : USUAL;
}

function isSmall(picture: Rect): boolean {
  return picture.width < SMALL_PICTURE;
}

export function sizeOf(text: string, { font, height, padding }: Lettering, measure: Measure): Size {
  return { width: measure(text) * font + 2 * padding, height };
}

/**
 * `taken`: what is written there already. Vehicles come first, then who came first, so that labels do not
 * take each other's places from frame to frame. A box whose label finds no room goes without one.
 */
export function placeLabels(
  boxes: readonly BoxOnStage[],
  picture: Rect,
  taken: readonly Rect[],
  measure: Measure,
): Label[] {
  const lettering = letteringFor(picture);
  const page = new Page(boxes, picture, taken);
  const size = (text: string) => sizeOf(text, lettering, measure);
  const worth = boxes
    .filter(({ rect }) => Math.max(rect.width, rect.height) >= LEAST_BOX * lettering.height)
    .toSorted(vehiclesFirst);
  const crowded =
    worth.length > CROWD_BOXES || totalArea(worth.map(({ object }) => size(fullText(object)))) > page.room;
  // A label no wider than its own box is short enough for a crowd.
  const isBrief = ({ object, rect }: BoxOnStage) => crowded && size(fullText(object)).width > rect.width;
  for (const box of worth) {
    const text = isBrief(box) ? shortText(box.object) : fullText(box.object);
    page.write(box, text, size(text), isSmall(picture));
  }
  for (const box of worth.filter(isBrief)) {
    const text = roomyText(box.object);
    if (text !== undefined) page.write(box, text, size(text), true);
  }
  return page.labels;
}

function vehiclesFirst({ object: a }: BoxOnStage, { object: b }: BoxOnStage): number {
  return Number(isVehicle(b.class)) - Number(isVehicle(a.class)) || a.trackId - b.trackId;
}

/** The picture while it is being written on. */
class Page {
  /** Pixels that labels may cover in all. */
  readonly room: number;
  private readonly placed = new Map<BoxOnStage, Label>();

  constructor(
    private readonly boxes: readonly BoxOnStage[],
    private readonly picture: Rect,
    private readonly taken: readonly Rect[],
  ) {
    this.room = (isSmall(picture) ? SMALL_COVERED_AT_MOST : COVERED_AT_MOST) * areaOf(picture);
  }

  get labels(): Label[] {
    return [...this.placed.values()];
  }

  /**
   * Replaces a shorter label of the box, if there is room. `clear`: nor may it lie on a box of somebody else.
   */
  write(box: BoxOnStage, text: string, size: Size, clear: boolean): void {
    const others = [...this.placed].flatMap(([of, { rect }]) => (of === box ? [] : [rect]));
    const written = [...this.taken, ...others];
    const free = placesFor(box.rect, size, this.picture).filter(
      (place) => !written.some((rect) => overlaps(rect, place)),
    );
    const hides = (place: Rect) => this.boxes.some((other) => other !== box && overlaps(other.rect, place));
    const place = free.find((each) => !hides(each)) ?? (clear ? undefined : free[0]);
    if (place === undefined || totalArea(others) + areaOf(place) > this.room) return;
    // A map keeps the place of a key, so labels stay in their order.
    this.placed.set(box, { text, colour: box.colour, rect: place });
  }
}

function areaOf({ width, height }: Size): number {
  return width * height;
}

function totalArea(sizes: readonly Size[]): number {
  return sizes.reduce((sum, size) => sum + areaOf(size), 0);
}

/**
 * Above the box, below it, or inside where the box is large, best first; sideways only as far as the
 * picture's edge asks.
 */
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
