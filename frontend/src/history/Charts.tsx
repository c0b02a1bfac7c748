// What a camera saw over a time. In: the camera and the time, and whether the week before is shown beside it.
// Out: a chart of people, of crossings, of the risk and of each zone, as far as anybody counted them.
import { useMemo } from 'react';
import { Trouble } from '../layout/Trouble';
import { Chart } from './Chart';
import type { Curve } from './chart_options';
import type { Range } from './range';
import { RISKS, type Row } from './rows';
import { holdsAny, moments, values, weekBefore, zonesOf } from './series';
import { useRows } from './use_rows';

interface Props {
  camera: string | undefined;
  range: Range;
  compared: boolean;
  /** Whether the time goes up to now. */
  live: boolean;
  onChoose: (fromS: number, toS: number) => void;
}

const RISK_WORDS = RISKS.map((risk) => risk.charAt(0).toUpperCase() + risk.slice(1));

export function Charts({ camera, range, compared, live, onChoose }: Props) {
  const { fromS, toS, step, stepS } = range;
  const { data, error } = useRows(camera, range, { live });
  const before = useRows(
    camera,
    { ...range, fromS: weekBefore(fromS), toS: weekBefore(toS) },
    { live: false, enabled: compared },
  );
  const earlier = compared ? before.data : undefined;
  // As long as neither rows nor time change, neither do the charts.
  const charts = useMemo(
    () => chartsOf(data ?? [], earlier, { fromS, toS, step, stepS }),
    [data, earlier, fromS, toS, step, stepS],
  );
  const times = useMemo(() => moments({ fromS, toS, step, stepS }), [fromS, toS, step, stepS]);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined)
    return (
      <p className="sheet-notice" role="status">
        Loading
      </p>
    );
  if (charts.length === 0)
    return (
      <p className="sheet-notice" role="status">
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
    const before = values(earlier, range, (row) => row.people?.mean, weekBefore);
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
      { word: 'Mean', values: of((row) => row.zones[name]?.mean), colour: '--accent', kind: 'line' },
      { word: 'Most', values: of((row) => row.zones[name]?.max), colour: '--soft', kind: 'thin' },
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
