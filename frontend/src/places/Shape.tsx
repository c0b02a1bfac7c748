// A line or a zone over the picture. In: the place, the size of the picture on the page, and whether the
// place is chosen. Out: its strokes, its name and, of a line, an arrow to where people come in; of the
// chosen one a handle for each point, and for each edge that may have a corner more. What hands do with any
// of it is told by `data-grip` alone.
import type { Size, Spot } from '../overlay/geometry';
import { arrowOf, middleOf, nameSpot, spotOf } from './geometry';
import { type Grip, gripName } from './grips';
import type { Place, Sketch } from './sketch';
import { gripWord } from './words';

interface Props {
  place: Place;
  sketch: Sketch;
  size: Size;
  chosen: boolean;
  wrong: boolean;
}

/** Sizes on the page, px: what is seen, and what is hit, which is 24 at least. */
const POINT = { seen: 7, hit: 14 };
const EDGE = { seen: 4.5, hit: 12 };

export function Shape({ place, sketch, size, chosen, wrong }: Props) {
  const grip: Grip = { part: 'whole', key: place.key };
  return (
    <g className="shape" data-kind={place.kind} data-chosen={chosen} data-wrong={wrong}>
      <g
        className="grip"
        data-grip={gripName(grip)}
        tabIndex={0}
        role="button"
        aria-pressed={chosen}
        aria-label={gripWord(grip, sketch)}
      >
        {place.kind === 'line' ? (
          <LineBody place={place} size={size} />
        ) : (
          <ZoneBody place={place} size={size} />
        )}
      </g>
      <Names place={place} size={size} />
      {chosen && <Handles place={place} sketch={sketch} size={size} />}
    </g>
  );
}

function LineBody({ place: { points }, size }: { place: Place; size: Size }) {
  const [from, to] = points;
  if (from === undefined || to === undefined) return null;
  const [one, other] = [spotOf(from, size), spotOf(to, size)];
  const ends = { x1: one.x, y1: one.y, x2: other.x, y2: other.y };
  const arrow = arrowOf(from, to, size);
  return (
    <>
      <line className="hit" {...ends} />
      <line className="under" {...ends} />
      <line className="stroke" {...ends} />
      <path className="under" d={arrowPath(arrow)} />
      <path className="stroke" d={arrowPath(arrow)} />
    </>
  );
}

function ZoneBody({ place: { points }, size }: { place: Place; size: Size }) {
  const corners = cornersOf(points.map((point) => spotOf(point, size)));
  return (
    <>
      <polygon className="under" points={corners} />
      <polygon className="area" points={corners} />
    </>
  );
}

function Names({ place: { kind, id, points }, size }: { place: Place; size: Size }) {
  const { x, y } = nameSpot(kind, points, size);
  const [from, to] = points;
  const word = kind === 'line' && from && to ? arrowOf(from, to, size).word : undefined;
  return (
    <g aria-hidden="true">
      <text className="shape-name" x={x} y={y}>
        {id}
      </text>
      {word !== undefined && (
        <text className="shape-name arrow-word" x={word.x} y={word.y}>
          in
        </text>
      )}
    </g>
  );
}

function Handles({ place, sketch, size }: Omit<Props, 'chosen' | 'wrong'>) {
  const { key, kind, points } = place;
  const edges = kind === 'zone' ? points : [];
  return (
    <>
      {points.map((point, index) => {
        const grip: Grip = { part: 'point', key, index };
        return <Handle key={gripName(grip)} {...{ grip, sketch }} at={spotOf(point, size)} />;
      })}
      {edges.map((corner, index) => {
        const next = points[(index + 1) % points.length] ?? corner;
        const grip: Grip = { part: 'edge', key, index };
        return (
          <Handle key={gripName(grip)} {...{ grip, sketch }} at={spotOf(middleOf(corner, next), size)} />
        );
      })}
    </>
  );
}

function Handle({ grip, sketch, at }: { grip: Grip; sketch: Sketch; at: Spot }) {
  const radius = grip.part === 'edge' ? EDGE : POINT;
  return (
    <g
      className="grip handle"
      data-grip={gripName(grip)}
      data-part={grip.part}
      tabIndex={0}
      role="button"
      aria-label={gripWord(grip, sketch)}
    >
      <circle className="hit" cx={at.x} cy={at.y} r={radius.hit} />
      <circle className="handle-dot" cx={at.x} cy={at.y} r={radius.seen} />
    </g>
  );
}

function arrowPath({ from, to }: { from: Spot; to: Spot }): string {
  const [dx, dy] = [(to.x - from.x) / 4, (to.y - from.y) / 4];
  const wing = (side: 1 | -1) => `${to.x - dx - side * dy} ${to.y - dy + side * dx}`;
  return `M${from.x} ${from.y}L${to.x} ${to.y}M${wing(1)}L${to.x} ${to.y}L${wing(-1)}`;
}

/** Spots as the corners of an SVG polygon. */
export function cornersOf(spots: readonly Spot[]): string {
  return spots.map(({ x, y }) => `${x},${y}`).join(' ');
}
