// The last two minutes, drawn: frame rate, delay and quality, one below the other over the same time, with a
// mark for each step. In: the history. Out: SVG, and the words of the mark that is pointed at or has the
// focus.
import { type KeyboardEvent, memo, useState } from 'react';
import { type Cause, type Graph, graphOf, LANE, WIDTH } from './graph';
import type { Past, Taken } from './history';
import { causeWord, pauseWord, sizeWord, stepWord } from './words';

/** Room for the words of a size, in the graph's units. */
const LEAST_LABEL = 180;

const CAUSES: readonly Cause[] = ['link', 'browser', 'room', 'choice'];

/** Samples come once a second, so it need not be drawn more often. */
export const HistoryGraph = memo(function HistoryGraph({ history }: { history: Past }) {
  const [pointed, setPointed] = useState<Taken>();
  const graph = graphOf(history);
  return (
    <figure className="graph" data-testid="graph">
      <Scales graph={graph} />
      <div className="graph-area">
        <svg
          viewBox={`0 0 ${WIDTH} ${3 * LANE}`}
          preserveAspectRatio="none"
          role="group"
          aria-label="The last two minutes"
        >
          <Bands graph={graph} />
          <Lines graph={graph} />
          <Marks graph={graph} onPoint={setPointed} />
        </svg>
        <SizeLabels graph={graph} />
      </div>
      <figcaption className="small">{pointed === undefined ? <Legend /> : stepWord(pointed)}</figcaption>
    </figure>
  );
});

function Scales({ graph: { fpsTop, delayTopMs } }: { graph: Graph }) {
  const delayTop = delayTopMs < 1_000 ? `${delayTopMs} ms` : `${Math.round(delayTopMs / 1000)} s`;
  return (
    <div className="graph-scales" aria-hidden="true">
      <span>{`FPS, to ${Math.round(fpsTop)}`}</span>
      <span>{`Delay, to ${delayTop}`}</span>
      <span>Quality</span>
    </div>
  );
}

function Bands({ graph }: { graph: Graph }) {
  return graph.bands.map(({ left, width, pause }) => (
    <rect key={left} className="band" x={left} y={0} width={width} height={3 * LANE}>
      <title>{pauseWord(pause)}</title>
    </rect>
  ));
}

function Lines({ graph: { fps, delay, sizes } }: { graph: Graph }) {
  return (
    <>
      <path className="grid" d={`M0 ${LANE}H${WIDTH}M0 ${2 * LANE}H${WIDTH}`} />
      <path className="line fps" d={fps} />
      <path className="line delay" d={delay} transform={`translate(0 ${LANE})`} />
      {sizes.map(({ scale, left, path }) => (
        <path
          key={left}
          className="size"
          data-scale={scale}
          d={path}
          transform={`translate(0 ${2 * LANE})`}
        />
      ))}
    </>
  );
}

function Marks({ graph: { marks }, onPoint }: { graph: Graph; onPoint: (step: Taken | undefined) => void }) {
  return marks.map(({ left, cause, step }, n) => (
    <g
      key={`${step.atMs} ${n}`}
      className="mark-step"
      data-cause={cause}
      role="img"
      tabIndex={n === marks.length - 1 ? 0 : -1}
      aria-label={stepWord(step)}
      onPointerEnter={() => onPoint(step)}
      onPointerLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(step)}
      onBlur={() => onPoint(undefined)}
      onKeyDown={walk}
    >
      <path className="mark-line" d={`M${left} 0V${3 * LANE}`} />
      <path className="mark-reach" d={`M${left} 0V${3 * LANE}`} />
    </g>
  ));
}

/** One stop for the tab key, the newest step; arrows lead to the others. */
function walk({ key, currentTarget }: KeyboardEvent<SVGGElement>): void {
  const { previousElementSibling, nextElementSibling } = currentTarget;
  const to =
    key === 'ArrowLeft' ? previousElementSibling : key === 'ArrowRight' ? nextElementSibling : undefined;
  if (to instanceof SVGGElement) to.focus();
}

/** Said in words where there is room; the colour says it everywhere. */
function SizeLabels({ graph: { sizes } }: { graph: Graph }) {
  const roomy = sizes.filter(({ left }, n) => (sizes[n + 1]?.left ?? WIDTH) - left >= LEAST_LABEL);
  return roomy.map(({ scale, left }) => (
    <span
      key={left}
      className="size-label"
      aria-hidden="true"
      style={{ left: `${(Math.max(0, left) / WIDTH) * 100}%` }}
    >
      {sizeWord(scale)}
    </span>
  ));
}

function Legend() {
  return (
    <span className="legend">
      Steps:
      {CAUSES.map((cause) => (
        <span key={cause} className="cause" data-cause={cause}>
          {causeWord(cause)}
        </span>
      ))}
    </span>
  );
}
