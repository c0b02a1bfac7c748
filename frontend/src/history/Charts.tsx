// What a camera saw over a time. In: the camera and the time, and whether the week before is shown beside it.
// Out: a chart of people, of crossings, of the risk and of each zone, as far as anybody counted them.
import { useMemo } from 'react';
import { Chart, type Curve } from './Chart';
import type { Range } from './range';
import { RISKS, type Row } from './rows';
import { holdsAny, moments, values, zonesOf } from './series';
import { useRows } from './use_rows';

interface Props {
  camera: string | undefined;
  range: Range;
  compared: boolean;
  onChoose: (fromS: number, toS: number) => void;
}

const WEEK_S = 604_800;

const RISK_WORDS = RISKS.map((risk) => risk.charAt(0).toUpperCase() + risk.slice(1));

export function Charts({ camera, range, compared, onChoose }: Props) {
  const { fromS, toS, step, stepS } = range;
  const { data, error } = useRows(camera, range);
  const before = useRows(camera, { ...range, fromS: fromS - WEEK_S, toS: toS - WEEK_S }, compared);
  const earlier = compared ? before.data : undefined;
  // As long as neither rows nor time change, neither do the charts.
  const charts = useMemo(
    () => chartsOf(data ?? [], earlier, { fromS, toS, step, stepS }),
    [data, earlier, fromS, toS, step, stepS],
  );
  const times = useMemo(() => moments({ fromS, toS, step, stepS }), [fromS, toS, step, stepS]);
  if (error !== null) return <p className="events-notice">{error.message}</p>;
  if (data === undefined) return <p className="events-notice">Loading</p>;
  if (charts.length === 0)
    return (
      <p className="events-notice">
        Nothing was counted in this time. Choose a longer one, or another camera.
      </p>
    );
  return charts.map(({ title, curves, words }) => (
    <Chart
      key={title}
      title={title}
      moments={times}
      curves={curves}
      onChoose={onChoose}
      {...(words !== undefined && { words })}
    />
  ));
}

interface OneChart {
  title: string;
  curves: Curve[];
  words?: readonly string[];
}

function chartsOf(rows: readonly Row[], earlier: readonly Row[] | undefined, range: Range): OneChart[] {
  const of = (read: (row: Row) => number | undefined) => values(rows, range, read);
  const people: Curve[] = [
    { word: 'Mean', values: of((row) => row.people?.mean), colour: '--accent', kind: 'line' },
    { word: 'Most', values: of((row) => row.people?.max), colour: '--soft', kind: 'thin' },
  ];
  if (earlier !== undefined) {
    const before = values(earlier, range, (row) => row.people?.mean, WEEK_S);
    people.push({ word: 'Week before', values: before, colour: '--warn', kind: 'thin' });
  }
  const crossed: Curve[] = [
    { word: 'In', values: of((row) => row.crossed?.inbound), colour: '--accent', kind: 'bars' },
    { word: 'Out', values: of((row) => row.crossed?.outbound), colour: '--warn', kind: 'steps' },
  ];
  const risk: Curve[] = [{ word: 'Worst', values: of((row) => row.risk), colour: '--warn', kind: 'steps' }];
  const zone = (name: string): OneChart => ({
    title: `In ${name}`,
    curves: [
      { word: 'Mean', values: of((row) => row.zones.get(name)?.mean), colour: '--accent', kind: 'line' },
      { word: 'Most', values: of((row) => row.zones.get(name)?.max), colour: '--soft', kind: 'thin' },
    ],
  });
  const all: OneChart[] = [
    { title: 'People', curves: people },
    { title: 'Crossings', curves: crossed },
    { title: 'Risk', curves: risk, words: RISK_WORDS },
    ...zonesOf(rows).map(zone),
  ];
  return all.filter(({ curves }) => holdsAny(...curves.map((curve) => curve.values)));
}
