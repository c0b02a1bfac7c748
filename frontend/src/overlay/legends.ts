// The legends of lines and zones: their names and counts; and the one that says how old boxes are. In: where
// they lie, and what was counted. Out: labels inside the picture, beside their line or at an edge of their
// zone, not on each other where that can be had. Pure.
import type { LineCount, ZoneCount } from '../protocol/counts';
import type { Line, Zone } from '../protocol/places';
import { NEUTRAL, WARNING } from './colours';
import { inwardOf, moveInto, overlaps, type Rect, type Size, spotOnStage } from './geometry';
import { type Label, letteringFor, type Measure, sizeOf } from './labels';

/** Gap between a line and its legend, in the page's pixels. */
const LINE_GAP = 6;
/** Room that the arrow takes on the inbound side of a line, in the page's pixels. */
const ARROW_ROOM = 14;
/** Gap between a zone's edge and its legend, in the page's pixels. */
const ZONE_GAP = 5;

export interface Counted {
  lines: readonly Line[];
  zones: readonly Zone[];
  lineCounts: ReadonlyMap<string, LineCount>;
  zoneCounts: ReadonlyMap<string, ZoneCount>;
}

/** Gap between the picture's corner and the legend about old boxes, in the page's pixels. */
const CORNER_GAP = 8;

/** Legend in the lower left corner that says how old what is drawn of objects is. */
export function ageLegend(what: string, seconds: number, picture: Rect, measure: Measure): Label {
  const text = `${what} are ${Math.floor(seconds)} s old`;
  const size = sizeOf(text, letteringFor(picture), measure);
  const [x, y] = [picture.x + CORNER_GAP, picture.y + picture.height - CORNER_GAP - size.height];
  return { text, colour: WARNING, rect: moveInto({ x, y, ...size }, picture) };
}

export function placeLegends(
  { lines, zones, lineCounts, zoneCounts }: Counted,
  picture: Rect,
  measure: Measure,
): Label[] {
  const placed: Label[] = [];
  const place = (text: string, placesFor: (size: Size) => Rect[]) => {
    const places = placesFor(sizeOf(text, letteringFor(picture), measure)).map((rect) =>
      moveInto(rect, picture),
    );
    // Somebody drew that line to see what crosses it: without a free place it is better written on another
    // than not at all.
    const rect = places.find((each) => !placed.some((other) => overlaps(each, other.rect))) ?? places[0];
    if (rect !== undefined) placed.push({ text, colour: NEUTRAL, rect });
  };
  for (const line of lines)
    place(lineText(line, lineCounts.get(line.id)), (size) => besideLine(line, size, picture));
  for (const zone of zones)
    place(zoneText(zone, zoneCounts.get(zone.id)), (size) => insideZone(zone, size, picture));
  return placed;
}

function lineText({ id }: Line, counted: LineCount | undefined): string {
  return counted === undefined ? id : `${id}  in ${counted.inbound} · out ${counted.outbound}`;
}

function zoneText({ id }: Zone, counted: ZoneCount | undefined): string {
  return counted === undefined ? id : `${id}  ${counted.occupancy}`;
}

/**
 * Places beside a line's middle, far enough to touch it nowhere whatever its slope: on the outbound side,
 * since the arrow stands on the other, or else beyond the arrow.
 */
function besideLine(line: Line, size: Size, picture: Rect): Rect[] {
  const [from, to] = [spotOnStage(line.from, picture), spotOnStage(line.to, picture)];
  const inward = inwardOf(from, to);
  const away = (Math.abs(inward.x) * size.width + Math.abs(inward.y) * size.height) / 2 + LINE_GAP;
  return [-away, away + ARROW_ROOM].map((distance) => ({
    x: (from.x + to.x) / 2 + inward.x * distance - size.width / 2,
    y: (from.y + to.y) / 2 + inward.y * distance - size.height / 2,
    ...size,
  }));
}

/** Places at a zone's upper and lower edges: its middle is where people are. */
function insideZone({ points }: Zone, size: Size, picture: Rect): Rect[] {
  const spots = points.map((point) => spotOnStage(point, picture));
  const x = spots.reduce((sum, spot) => sum + spot.x / spots.length, 0) - size.width / 2;
  const heights = spots.map((spot) => spot.y);
  if (heights.length === 0) return [];
  return [Math.min(...heights) + ZONE_GAP, Math.max(...heights) - ZONE_GAP - size.height].map((y) => ({
    x,
    y,
    ...size,
  }));
}
