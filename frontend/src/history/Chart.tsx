// A chart over time. In: moments, curves, and what to do when somebody chooses a time in it. Out: the chart,
// with one crosshair for all charts of the page, and the values under it in its legend. Mouse, finger and
// keys move the crosshair; Shift marks a time, and Enter chooses it.
import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useColours } from '../ui/theme';
import { type Curve, HEIGHT, secondWord, optionsOf, valueWord } from './chart_options';
import { type Crosshair, marked, steered } from './steering';

interface Props {
  title: string;
  moments: readonly number[];
  curves: readonly Curve[];
  /** Words for the values of the axis; undefined: plain numbers. */
  words?: readonly string[];
  onChoose: (fromS: number, toS: number) => void;
}

export function Chart({ title, moments, curves, words, onChoose }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const colours = useColours();
  const choose = useRef(onChoose);
  // Rows come anew while somebody reads; where the crosshair stood it stands again.
  const stood = useRef<Stood>(undefined);
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
    const steering = steer({ box, chart, moments, curves, words, stood }, chosen);
    let over = false;
    // Its scales are known only then; of several charts the one in use has the crosshair.
    queueMicrotask(() => {
      if (!over && box === document.activeElement) steering.restore();
    });
    return () => {
      over = true;
      steering.letGo();
      follow.disconnect();
      chart.destroy();
    };
    // Colours are read when it is made.
  }, [moments, curves, words, colours]);
  return (
    <figure className="chart" data-testid="chart">
      <figcaption className="chart-title">{title}</figcaption>
      <div
        ref={host}
        className="chart-area"
        tabIndex={0}
        role="slider"
        aria-label={`${title}, by time; Shift marks a time and Enter chooses it`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, moments.length - 1)}
        aria-valuenow={Math.max(0, moments.length - 1)}
        aria-valuetext="no time chosen"
      />
    </figure>
  );
}

/** Moments of a crosshair and of where its mark began, seconds. */
interface Stood {
  atS: number;
  fromS: number | undefined;
}

interface Steered {
  stood: RefObject<Stood | undefined>;
  box: HTMLElement;
  chart: uPlot;
  moments: readonly number[];
  curves: readonly Curve[];
  words: readonly string[] | undefined;
}

/** Has keys and fingers move the crosshair until it is let go; it can be put back to where it stood. */
function steer(
  { box, chart, moments, curves, words, stood }: Steered,
  choose: (fromS: number, toS: number) => void,
): { restore: () => void; letGo: () => void } {
  let crosshair: Crosshair | undefined;
  const show = (next: Crosshair) => {
    crosshair = next;
    const fromS = next.from === undefined ? undefined : moments[next.from];
    stood.current = { atS: moments[next.at] ?? 0, fromS };
    const placeOf = (at: number) => chart.valToPos(moments[at] ?? 0, 'x');
    chart.setCursor({ left: placeOf(next.at), top: HEIGHT / 2 });
    const [from, to] = (marked(next) ?? [0, 0]).map(placeOf);
    const [left = 0, right = left] = [from, to];
    chart.setSelect({ left, width: right - left, top: 0, height: chart.over.clientHeight }, false);
    const values = curves.map(({ word, values }) => `${word} ${valueWord(values[next.at], words)}`);
    box.setAttribute('aria-valuenow', String(next.at));
    box.setAttribute('aria-valuetext', [secondWord(moments[next.at] ?? null), ...values].join(', '));
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const times = crosshair && marked(crosshair);
    if (event.key === 'Enter' && times !== undefined) choose(moments[times[0]] ?? 0, moments[times[1]] ?? 0);
    const next = steered(crosshair, event, moments.length);
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  };
  const touch = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') return;
    const left = event.clientX - chart.over.getBoundingClientRect().left;
    show({ at: chart.posToIdx(left), from: undefined });
  };
  const placeOf = (momentS: number | undefined) => {
    const at = moments.indexOf(momentS ?? NaN);
    return at < 0 ? undefined : at;
  };
  const restore = () => {
    const at = placeOf(stood.current?.atS);
    if (at !== undefined) show({ at, from: placeOf(stood.current?.fromS) });
  };
  box.addEventListener('keydown', press);
  for (const kind of TOUCHES) chart.over.addEventListener(kind, touch);
  // What was listened to in the chart goes with it.
  return { restore, letGo: () => box.removeEventListener('keydown', press) };
}

const TOUCHES = ['pointerdown', 'pointermove'] as const;
