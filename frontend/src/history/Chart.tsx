// A chart over time. In: moments, curves, and what to do when somebody chooses a time in it. Out: the chart,
// with one crosshair for all charts of the page, and the values under it in its legend.
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useColours } from '../ui/theme';
import type { Values } from './series';

export interface Curve {
  word: string;
  values: Values;
  /** Colour, as style sheets name it. */
  colour: string;
  kind: 'line' | 'bars' | 'thin' | 'steps';
}

interface Props {
  title: string;
  moments: readonly number[];
  curves: readonly Curve[];
  /** Words for the values of the axis; undefined: plain numbers. */
  words?: readonly string[];
  onChoose: (fromS: number, toS: number) => void;
}

/** Height of a chart without its legend, pixels. */
const HEIGHT = 190;

/** Crosshairs of one name move together. */
const TOGETHER = 'history';

/** Events that are of the chart alone in which they happen. */
const OWN: readonly string[] = ['mousedown', 'mouseup', 'click', 'dblclick'];

/** Shortest time that somebody may choose, pixels: less is a click. */
const LEAST_CHOSEN = 8;

export function Chart({ title, moments, curves, words, onChoose }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const colours = useColours();
  const choose = useRef(onChoose);
  useEffect(() => {
    choose.current = onChoose;
  });
  useEffect(() => {
    const box = host.current;
    if (box === null) return undefined;
    const data = [moments, ...curves.map(({ values }) => values)] as uPlot.AlignedData;
    const chosen = (from: number, to: number) => choose.current(from, to);
    const chart = new uPlot(optionsOf(box, { moments, curves, words }, chosen), data, box);
    const follow = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: HEIGHT }));
    follow.observe(box);
    return () => {
      follow.disconnect();
      chart.destroy();
    };
    // Colours are read when it is made.
  }, [moments, curves, words, colours]);
  return (
    <figure className="chart" data-testid="chart">
      <figcaption className="chart-title">{title}</figcaption>
      <div ref={host} />
    </figure>
  );
}

interface Shown {
  moments: readonly number[];
  curves: readonly Curve[];
  words: readonly string[] | undefined;
}

function optionsOf(
  box: HTMLElement,
  { moments, curves, words }: Shown,
  choose: (fromS: number, toS: number) => void,
): uPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const word = (value: number | null) => (value === null ? '–' : (words?.[value] ?? shown(value)));
  const [first = 0, second = first + 1] = moments;
  const end = (moments.at(-1) ?? first) + (second - first);
  return {
    width: box.clientWidth,
    height: HEIGHT,
    cursor: {
      // The others have the crosshair, and no drag of their own.
      sync: { key: TOGETHER, filters: { pub: () => true, sub: (event) => !OWN.includes(event) } },
      drag: { setScale: false, x: true, y: false },
    },
    scales: {
      x: { range: () => [first, end] },
      y: { range: (_, __, highest) => [0, words ? words.length - 1 : Math.max(1, highest * 1.1)] },
    },
    axes: [
      axis,
      words === undefined
        ? { ...axis, size: 48 }
        : { ...axis, size: 76, splits: words.map((_, at) => at), values: words.slice() },
    ],
    series: [
      { value: (_, seconds) => momentWord(seconds) },
      ...curves.map((curve) => seriesOf(curve, colour(curve.colour), word)),
    ],
    hooks: { setSelect: [(chart) => chosenIn(chart, choose)] },
  };
}

/** Hands on a time that somebody has chosen by a drag, and takes its mark away. */
function chosenIn(chart: uPlot, choose: (fromS: number, toS: number) => void): void {
  const { left, width } = chart.select;
  if (width === 0) return;
  const [from, to] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')];
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (width >= LEAST_CHOSEN) choose(from, to);
}

function seriesOf(
  { word: label, kind }: Curve,
  stroke: string,
  word: (value: number | null) => string,
): uPlot.Series {
  const common = {
    label,
    stroke,
    value: (_: uPlot, value: number | null) => word(value),
  };
  switch (kind) {
    case 'line':
      return { ...common, width: 2 };
    case 'thin':
      return { ...common, width: 1, dash: [4, 4] };
    case 'bars':
      return {
        ...common,
        width: 0,
        fill: stroke,
        points: { show: false },
        ...withPaths(uPlot.paths.bars?.({ size: [0.8, 40], align: 1 })),
      };
    case 'steps':
      return { ...common, width: 2, ...withPaths(uPlot.paths.stepped?.({ align: 1 })) };
  }
}

function withPaths(paths: uPlot.Series.PathBuilder | undefined): { paths?: uPlot.Series.PathBuilder } {
  return paths === undefined ? {} : { paths };
}

function shown(value: number): string {
  return value.toLocaleString(undefined, { maximumFractionDigits: 1 });
}

function momentWord(seconds: number | null): string {
  if (seconds === null) return '–';
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
