// The scene that the overlay shows with one painted frame. In: that frame, results with their ages, lines,
// zones, the person's choice of layers and the stage's size. Out: everything to draw, placed in the page's
// pixels. Pure: no canvas, no clock.
import type { TrackedObject } from '../protocol/analytics';
import type { LineCount, ZoneCount } from '../protocol/counts';
import type { Line, Zone } from '../protocol/places';
import type { Density } from '../results/density';
import type { Layers } from '../results/layers';
import type { Aged } from '../results/timeline';
import { type BlocksOnStage, placeBlocks, type Sent } from './blocks';
import { frameIn, inwardOf, type Rect, type Size, type Spot, spotOnStage } from './geometry';
import { type Label, letteringFor, type Lettering, type Measure, placeLabels } from './labels';
import { ageLegend, placeLegends } from './legends';
import { type Look, type ObjectsOnStage, placeObjects, type TrailOnStage } from './objects';

/** A frame on the canvas. Its size is that of the camera at full scale: boxes are in pixels of that. */
export interface PaintedFrame extends Size {
  /**
   * Size of the picture on the canvas, at full scale: the frame's own, or larger by what the size of a
   * smaller picture was rounded up.
   */
  shown: Size;
  frame: number;
  capturedUs: number;
  /** Number of the frame with which the picture's take may have begun; 0 where nobody knows. */
  take: number;
  slate: boolean;
}

/** All that is known about what a picture shows. */
export interface Known {
  /** What came since the picture was painted before. */
  sent: readonly Sent[];
  objects: Aged<readonly TrackedObject[]> | undefined;
  heat: Aged<Density> | undefined;
  lines: readonly Line[];
  zones: readonly Zone[];
  lineCounts: ReadonlyMap<string, LineCount>;
  zoneCounts: ReadonlyMap<string, ZoneCount>;
  /** Capture time of the last event of each line, µs. */
  crossedUs: ReadonlyMap<string, number>;
  /** Capture time of the last event of each zone, µs. */
  loiteredUs: ReadonlyMap<string, number>;
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

export interface ZoneOnStage {
  points: Spot[];
  /** Brightness after somebody was found loitering: 1 at that moment, fading to 0. */
  glow: number;
}

export interface LabelOnStage extends Label {
  /** Opacity, 0 to 1. */
  cover: number;
}

export interface Scene {
  /** Place of the frame on the stage. */
  picture: Rect;
  /** Blocks of the picture that were sent. */
  blocks: BlocksOnStage[];
  /** Heat map, with its opacity: 1 while it is fresh, fading to 0. */
  heat: { density: Density; cover: number } | undefined;
  zones: ZoneOnStage[];
  lines: LineOnStage[];
  trails: TrailOnStage[];
  boxes: { rect: Rect; colour: string }[];
  /** Look of trails and boxes. */
  look: Look;
  labels: LabelOnStage[];
  lettering: Lettering;
}

/** Length of a line's arrow to its tip, in the page's pixels. */
export const ARROW_LENGTH = 15;
/**
 * Age from which on heat is late, µs: crowds move slowly, and the model that sees them comes round only two
 * or three times a second.
 */
export const HEAT_FRESH_US = 2_000_000;
/** Share of its life after which heat fades: it gets as old while its model keeps up. */
const HEAT_FADES_FROM = 0.3;
/** Time for which a line glows after a crossing, µs. */
const GLOW_US = 700_000;
/** Time for which a zone glows after somebody was found loitering, µs: that is seldom, and easily missed. */
const ZONE_GLOW_US = 2_500_000;

/**
 * Scene of a frame; undefined where there is nothing to draw on: a slate is no picture of the place, and a
 * stage may have no size yet.
 */
export function compose(frame: PaintedFrame, known: Known, view: View): Scene | undefined {
  if (frame.slate || isFlat(view.stage) || isFlat(frame)) return undefined;
  const { stage, layers, measure } = view;
  const picture = frameIn(stage, frame, frame.shown);
  const objects = placeObjects(known.objects, frame, picture);
  const { zones, lines, legends } = layers.lines ? placeMarks(known, frame, picture, measure) : NO_MARKS;
  const said = [...legends, ...ageSaid(objects, layers, picture, measure)];
  const taken = [...said.map((label) => label.rect), ...lines.map(arrowRect)];
  const labels = layers.labels ? placeLabels(objects.boxes, picture, taken, measure) : [];
  return {
    picture,
    blocks: layers.blocks ? placeBlocks(known.sent, { frame, shown: frame.shown }, picture) : [],
    heat: layers.heat ? heatOf(known.heat) : undefined,
    zones,
    lines,
    trails: layers.trails ? objects.trails : [],
    boxes: layers.boxes ? objects.boxes.map(({ rect, colour }) => ({ rect, colour })) : [],
    look: objects.look,
    labels: [...withCover(said, 1), ...withCover(labels, objects.look.cover)],
    lettering: letteringFor(picture),
  };
}

function withCover(labels: readonly Label[], cover: number): LabelOnStage[] {
  return labels.map((label) => ({ ...label, cover }));
}

/** What is written about the age of boxes, or of what else is shown of objects. */
function ageSaid({ boxes, look }: ObjectsOnStage, layers: Layers, picture: Rect, measure: Measure): Label[] {
  const shown = (['boxes', 'labels', 'trails'] as const).find((name) => layers[name]);
  if (look.oldS === undefined || shown === undefined || boxes.length === 0) return [];
  return [ageLegend(shown, look.oldS, picture, measure)];
}

function isFlat({ width, height }: Size): boolean {
  return width <= 0 || height <= 0;
}

interface Marks {
  zones: Scene['zones'];
  lines: Scene['lines'];
  legends: Label[];
}

const NO_MARKS: Marks = { zones: [], lines: [], legends: [] };

/** Lines and zones on the stage, with what is written on them. */
function placeMarks(known: Known, frame: PaintedFrame, picture: Rect, measure: Measure): Marks {
  const glow = (atUs: number | undefined, glowUs: number) => glowOf(atUs, frame.capturedUs, glowUs);
  return {
    zones: known.zones.map(({ id, points }) => ({
      points: points.map((point) => spotOnStage(point, picture)),
      glow: glow(known.loiteredUs.get(id), ZONE_GLOW_US),
    })),
    lines: known.lines.map((line) => placeLine(line, picture, glow(known.crossedUs.get(line.id), GLOW_US))),
    legends: placeLegends(known, picture, measure),
  };
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
  const left = (heat.lifeUs - heat.ageUs) / (heat.lifeUs * (1 - HEAT_FADES_FROM));
  return { density: heat.value, cover: Math.min(1, Math.max(0, left)) };
}

/** Glow after an event; one that the picture has not come to yet does not show. */
function glowOf(eventUs: number | undefined, paintedUs: number, glowUs: number): number {
  const agoUs = paintedUs - (eventUs ?? -Infinity);
  return agoUs < 0 ? 0 : Math.max(0, 1 - agoUs / glowUs);
}
