// The scene that the overlay shows with one painted frame. In: that frame, results with their ages, lines,
// zones, the person's choice of layers and the stage's size. Out: everything to draw, placed in the page's
// pixels. Pure: no canvas, no clock.
import type { Line, LineCount, TrackedObject, Zone } from '../protocol/analytics';
import type { Density } from '../results/density';
import type { Layers } from '../results/layers';
import type { Aged } from '../results/timeline';
import { classColour } from './colours';
import {
  boxAfter,
  boxOnStage,
  frameIn,
  inwardOf,
  type Rect,
  type Size,
  type Spot,
  spotOnStage,
} from './geometry';
import {
  type BoxOnStage,
  type Label,
  letteringFor,
  type Lettering,
  type Measure,
  placeLabels,
} from './labels';
import { placeLegends } from './legends';

/** A frame on the canvas. Its size is that of the camera at full scale: boxes are in pixels of that. */
export interface PaintedFrame extends Size {
  /**
   * Size of the picture on the canvas, at full scale: the frame's own, or larger by what the size of a
   * smaller picture was rounded up.
   */
  shown: Size;
  frame: number;
  capturedUs: number;
  slate: boolean;
}

/** All that is known about what a picture shows. */
export interface Known {
  objects: Aged<readonly TrackedObject[]> | undefined;
  heat: Aged<Density> | undefined;
  lines: readonly Line[];
  zones: readonly Zone[];
  lineCounts: ReadonlyMap<string, LineCount>;
  occupancies: ReadonlyMap<string, number>;
  /** Capture time of the last crossing of each line, µs. */
  crossedUs: ReadonlyMap<string, number>;
}

export interface View {
  stage: Size;
  layers: Layers;
  measure: Measure;
}

export interface LineOnStage {
  from: Spot;
  to: Spot;
  /** Inbound direction, one pixel long; zero for a line without length. */
  inward: Spot;
  /** Brightness after a crossing: 1 at its moment, fading to 0. */
  glow: number;
}

export interface Scene {
  /** Place of the frame on the stage. */
  picture: Rect;
  /** Heat map, with its opacity: 1 while it is fresh, fading to 0. */
  heat: { density: Density; cover: number } | undefined;
  zones: Spot[][];
  lines: LineOnStage[];
  boxes: { rect: Rect; colour: string }[];
  labels: Label[];
  lettering: Lettering;
}

/** Length of a line's arrow to its tip, in the page's pixels. */
export const ARROW_LENGTH = 15;
/**
 * Age from which on heat is not drawn any more, µs: crowds move slowly, and the model that sees them comes
 * round only two or three times a second.
 */
export const HEAT_LIFE_US = 2_000_000;
/** Age from which on heat fades, µs: it gets as old while its model keeps up. */
const HEAT_FRESH_US = 600_000;
/** Time for which a line glows after a crossing, µs. */
const GLOW_US = 700_000;

/**
 * Scene of a frame; undefined where there is nothing to draw on: a slate is no picture of the place, and a
 * stage may have no size yet.
 */
export function compose(frame: PaintedFrame, known: Known, view: View): Scene | undefined {
  if (frame.slate || isFlat(view.stage) || isFlat(frame)) return undefined;
  const { stage, layers, measure } = view;
  const picture = frameIn(stage, frame, frame.shown);
  const boxes = layers.boxes || layers.labels ? placeBoxes(known.objects, frame, picture) : [];
  const { zones, lines, legends } = layers.lines ? placeMarks(known, frame, picture, measure) : NO_MARKS;
  const taken = [...legends.map((label) => label.rect), ...lines.map(arrowRect)];
  return {
    picture,
    heat: layers.heat ? heatOf(known.heat) : undefined,
    zones,
    lines,
    boxes: layers.boxes ? boxes.map(({ rect, colour }) => ({ rect, colour })) : [],
    labels: [...legends, ...(layers.labels ? placeLabels(boxes, picture, taken, measure) : [])],
    lettering: letteringFor(picture),
  };
}

function isFlat({ width, height }: Size): boolean {
  return width <= 0 || height <= 0;
}

interface Marks {
  zones: Scene['zones'];
  lines: Scene['lines'];
  legends: Scene['labels'];
}

const NO_MARKS: Marks = { zones: [], lines: [], legends: [] };

/** Lines and zones on the stage, with what is written on them. */
function placeMarks(known: Known, frame: PaintedFrame, picture: Rect, measure: Measure): Marks {
  const glow = (line: Line) => glowOf(known.crossedUs.get(line.id), frame.capturedUs);
  return {
    zones: known.zones.map(({ points }) => points.map((point) => spotOnStage(point, picture))),
    lines: known.lines.map((line) => placeLine(line, picture, glow(line))),
    legends: placeLegends(known, picture, measure),
  };
}

function placeBoxes(objects: Known['objects'], frame: Size, picture: Rect): BoxOnStage[] {
  if (objects === undefined) return [];
  return objects.value.flatMap((object) => {
    const rect = boxOnStage(boxAfter(object, objects.ageUs), frame, picture);
    return rect === undefined ? [] : [{ object, rect, colour: classColour(object.class) }];
  });
}

function placeLine(line: Line, picture: Rect, glow: number): LineOnStage {
  const [from, to] = [spotOnStage(line.from, picture), spotOnStage(line.to, picture)];
  return { from, to, inward: inwardOf(from, to), glow };
}

/** Square that an arrow takes at its line's middle, whichever way it points. */
function arrowRect({ from, to, inward }: LineOnStage): Rect {
  const half = ARROW_LENGTH / 2;
  const [x, y] = [(from.x + to.x) / 2 + inward.x * half, (from.y + to.y) / 2 + inward.y * half];
  return { x: x - half, y: y - half, width: ARROW_LENGTH, height: ARROW_LENGTH };
}

function heatOf(heat: Known['heat']): Scene['heat'] {
  if (heat === undefined) return undefined;
  const left = (HEAT_LIFE_US - heat.ageUs) / (HEAT_LIFE_US - HEAT_FRESH_US);
  return { density: heat.value, cover: Math.min(1, Math.max(0, left)) };
}

/** Glow of a line; a crossing that the picture has not come to yet does not show. */
function glowOf(crossedUs: number | undefined, paintedUs: number): number {
  const agoUs = paintedUs - (crossedUs ?? -Infinity);
  return agoUs < 0 ? 0 : Math.max(0, 1 - agoUs / GLOW_US);
}
