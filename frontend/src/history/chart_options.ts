// How a chart looks. In: moments, curves, and the colours of the page. Out: what uPlot wants to know. The
// only files that know uPlot are this one and Chart.
import uPlot from 'uplot';
import { momentWord } from '../ui/numbers';
import { alone, type Values } from './series';

export interface Curve {
  word: string;
  values: Values;
  /** Colour, as style sheets name it. */
  colour: string;
  kind: 'line' | 'bars' | 'thin' | 'steps';
}

/** Height of a chart without its legend, pixels. */
export const HEIGHT = 190;
/** Crosshairs of one name move together. */
const TOGETHER = 'history';
/** Events that are of the chart alone in which they happen. */
const OWN: readonly string[] = ['mousedown', 'mouseup', 'click', 'dblclick'];
/** Shortest time that somebody may choose, pixels: less is a click. */
const LEAST_CHOSEN = 8;

export interface Shown {
  moments: readonly number[];
  curves: readonly Curve[];
  words: readonly string[] | undefined;
}

export function optionsOf(
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
  const word = (value: number | null) => valueWord(value, words);
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
      { value: (_, seconds) => secondWord(seconds) },
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
  { word: label, kind, values }: Curve,
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
      return { ...common, width: 2, points: aloneIn(values) };
    case 'thin':
      return { ...common, width: 1, dash: [4, 4], points: aloneIn(values) };
    case 'bars':
      return {
        ...common,
        width: 0,
        fill: stroke,
        points: { show: false },
        ...withPaths(uPlot.paths.bars?.({ size: [0.8, 40], align: 1 })),
      };
    case 'steps':
      return {
        ...common,
        width: 2,
        points: aloneIn(values),
        ...withPaths(uPlot.paths.stepped?.({ align: 1 })),
      };
  }
}

/** Points where no line would be: a value between two gaps. */
function aloneIn(values: Values): uPlot.Series.Points {
  return { show: true, filter: () => alone(values) };
}

function withPaths(paths: uPlot.Series.PathBuilder | undefined): { paths?: uPlot.Series.PathBuilder } {
  return paths === undefined ? {} : { paths };
}

/** A value as people read it, by its word where it has one. */
export function valueWord(value: number | null | undefined, words: readonly string[] | undefined): string {
  if (value === null || value === undefined) return '–';
  return words?.[value] ?? value.toLocaleString(undefined, { maximumFractionDigits: 1 });
}

/** A moment of a chart, in seconds, as people read it. */
export function secondWord(seconds: number | null): string {
  return seconds === null ? '–' : momentWord(seconds * 1000);
}
