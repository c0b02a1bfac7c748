// What the overlay shows with one painted frame. In: that frame, results with their ages, lines, zones, the
// person's choice of layers and the stage's size. Out: everything to draw, placed in the page's pixels. Pure:
// no canvas, no clock.
import type { Line, LineCount, TrackedObject, Zone } from '../protocol/analytics';
import { classColour } from './colours';
import type { Density } from '../results/density';
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
import type { Layers } from '../results/layers';
import { placeLegends } from './legends';
import type { Aged } from '../results/timeline';

/** A frame on the canvas, with the size that its camera gives at full scale: boxes are in pixels of that. */
export interface PaintedFrame extends Size {
  /**
   * What is on the canvas, at full scale: the same, or larger by what the size of a smaller picture was
   * rounded up.
   */
  shown: Size;
  frame: number;
  capturedUs: number;
  slate: boolean;
}

/** What is known about the picture, apart from the picture. */
export interface Known {
  objects: Aged<readonly TrackedObject[]> | undefined;
  heat: Aged<Density> | undefined;
  lines: readonly Line[];
  zones: readonly Zone[];
  lineCounts: ReadonlyMap<string, LineCount>;
  occupancies: ReadonlyMap<string, number>;
  /** When each line was crossed last. */
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
  /** Which way is inbound, one pixel long; none for a line without length. */
  inward: Spot;
  glow: number;
}

export interface Scene {
  picture: Rect;
  /** `cover`: 1 while it is fresh, down to 0. */
  heat: { density: Density; cover: number } | undefined;
  zones: Spot[][];
  lines: LineOnStage[];
  boxes: { rect: Rect; colour: string }[];
  labels: Label[];
  lettering: Lettering;
}

/** From the line to the tip of its arrow, in the page's pixels. */
export const ARROW_LENGTH = 15;
/** Crowds move slowly, and the model that sees them comes round only two or three times a second. */
export const HEAT_LIFE_US = 2_000_000;
/** As old as heat gets while its model keeps up; from here on it fades. */
const HEAT_FRESH_US = 600_000;
/** How long a line stays lit after somebody crossed it. */
const GLOW_US = 700_000;

/**
 * Undefined where there is nothing to draw on: a slate is no picture of the place, and a stage may have no
 * size yet.
 */
export function compose(
  frame: PaintedFrame,
  known: Known,
  { stage, layers, measure }: View,
): Scene | undefined {
  if (frame.slate || [stage.width, stage.height, frame.width, frame.height].some((length) => length <= 0))
    return undefined;
  const picture = frameIn(stage, frame, frame.shown);
  const lines = layers.lines ? known.lines : [];
  const zones = layers.lines ? known.zones : [];
  const legends = placeLegends({ ...known, lines, zones }, picture, measure);
  const boxes = layers.boxes || layers.labels ? placeBoxes(known.objects, frame, picture) : [];
  const onStage = lines.map((line) =>
    placeLine(line, picture, glowOf(known.crossedUs.get(line.id), frame.capturedUs)),
  );
  const taken = [...legends.map((label) => label.rect), ...onStage.map(arrowRect)];
  return {
    picture,
    heat:
      layers.heat && known.heat !== undefined
        ? { density: known.heat.value, cover: coverOf(known.heat.ageUs) }
        : undefined,
    zones: zones.map(({ points }) => points.map((point) => spotOnStage(point, picture))),
    lines: onStage,
    boxes: layers.boxes ? boxes.map(({ rect, colour }) => ({ rect, colour })) : [],
    labels: [...legends, ...(layers.labels ? placeLabels(boxes, picture, taken, measure) : [])],
    lettering: letteringFor(picture),
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

/** What the arrow takes at the line's middle, whichever way it points. */
function arrowRect({ from, to, inward }: LineOnStage): Rect {
  const half = ARROW_LENGTH / 2;
  const [x, y] = [(from.x + to.x) / 2 + inward.x * half, (from.y + to.y) / 2 + inward.y * half];
  return { x: x - half, y: y - half, width: ARROW_LENGTH, height: ARROW_LENGTH };
}

function coverOf(ageUs: number): number {
  return Math.min(1, Math.max(0, (HEAT_LIFE_US - ageUs) / (HEAT_LIFE_US - HEAT_FRESH_US)));
}

/**
 * 1 at the moment of a crossing, fading to 0; a crossing that the picture has not come to yet does not show.
 */
function glowOf(crossedUs: number | undefined, paintedUs: number): number {
  const agoUs = paintedUs - (crossedUs ?? -Infinity);
  return agoUs < 0 ? 0 : Math.max(0, 1 - agoUs / GLOW_US);
}
