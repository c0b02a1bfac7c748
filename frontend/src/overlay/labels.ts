// What is written on the picture, and where. In: boxes on the stage, and how wide a text is. Out: labels that
// lie inside the picture and on top of no other, and leave most of it free: on a small picture they hide
// nobody either. Pure; fonts and plates are drawn elsewhere.
import type { TrackedObject } from '../protocol/analytics';
import { kindOf } from '../results/classes';
import { moveInto, overlaps, type Rect, type Size } from './geometry';
import { fullText, roomyText, shortText } from './label_texts';

/** Sizes of all that is written, in the page's pixels. */
export interface Lettering {
  font: number;
  /** Height of a label's plate. */
  height: number;
  /** Room between a text and the left and right edges of its plate. */
  padding: number;
}

/** Lettering of any picture that is not small. */
const USUAL: Lettering = { font: 11, height: 15, padding: 4 };
/** Lettering of a small picture: that of a phone held upright, whose screen is sharp and near. */
const SMALL: Lettering = { font: 9, height: 12, padding: 3 };
/** Width below which a picture is small, in the page's pixels. */
const SMALL_PICTURE = 560;

/** Gap between a box and its label, in the page's pixels. */
const GAP = 2;
/** Number of boxes beyond which labels shorten. */
const CROWD_BOXES = 25;
/**
 * Share of the picture that labels may cover. Where full labels would cover more they shorten, and where
 * short ones would, no more come.
 */
const COVERED_AT_MOST = 0.08;
/** Share of a small picture that labels may cover. */
const SMALL_COVERED_AT_MOST = 0.05;
/**
 * Least length of a box that gets a label, in lines of text: of a smaller one the label would be all there is
 * to see.
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

/** Width of a text, as a multiple of its font's size. */
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
 * Labels of boxes, outside of what is `taken` by other texts. Vehicles come first, then who came first, so
 * that labels do not take each other's places from frame to frame. A box whose label finds no room goes
 * without one.
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
  const rank = (name: string) => Number(kindOf(name) === 'vehicles');
  return rank(b.class) - rank(a.class) || a.trackId - b.trackId;
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
   * Writes a box's label, in place of a shorter one, if there is room. With `clear` the label may not lie on
   * somebody else's box either.
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
 * Places for a label, best first: above the box, below it, or inside where the box is large; moved sideways
 * only as far as the picture's edge asks.
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
