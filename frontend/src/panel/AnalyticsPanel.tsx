// What the analytics have found, in figures. In: the element's id, the view out of the snapshot, whether the
// connection is open, and a callback for the layers. Out: the panel, or nothing where it is hidden or the
// server has no analytics. Nothing is counted here.
import type { ReactNode } from 'react';
import { classColour } from '../overlay/colours';
import type { LineCount } from '../protocol/analytics';
import type { Choices } from '../results/layers';
import type { AnalyticsView } from '../results/view';
import { fixed } from '../ui/numbers';
import { LayerSwitches } from './LayerSwitches';
import { classWord, PEOPLE_HOW, peopleWord, RISK_LADDER, riskWord, silenceWord } from './words';

interface Props {
  /** Id of the panel's element, by which its button names it. */
  id: string;
  view: AnalyticsView;
  open: boolean;
  onChoose: (change: Partial<Choices>) => void;
}

export function AnalyticsPanel({ id, view, open, onChoose }: Props) {
  if (view.offer.kind === 'off' || !view.choices.panel) return null;
  return (
    <aside className="analytics" id={id} aria-label="Analytics" data-testid="analytics-panel">
      <div className="findings" data-stale={!open || view.silentS !== undefined}>
        <Crowd view={view} />
        {view.counts.length > 0 && <Counts counts={view.counts} />}
        {view.lines.length > 0 && <Lines lines={view.lines} />}
        {view.zones.length > 0 && <Zones zones={view.zones} />}
      </div>
      <LayerSwitches hook="layer" view={view} onChoose={onChoose} />
      <Pace view={view} open={open} />
      {/* Changes only when the risk does, which is what those who hear the page want to be told. */}
      <p className="spoken" role="status">
        {view.riskNews}
      </p>
    </aside>
  );
}

function Crowd({ view: { people, risk } }: { view: AnalyticsView }) {
  const rungs = risk === undefined ? 0 : RISK_LADDER.indexOf(risk) + 1;
  return (
    <dl className="crowd">
      <div>
        <dt>People</dt>
        <dd className="value" data-testid="people">
          {peopleWord(people)}
        </dd>
        {people.kind !== 'unknown' && (
          <dd className="how" data-testid="people-how" title={PEOPLE_HOW[people.kind].more}>
            {PEOPLE_HOW[people.kind].word}
          </dd>
        )}
      </div>
      <div>
        <dt>Risk</dt>
        <dd className="value" data-testid="risk" data-risk={risk ?? 'unknown'}>
          {riskWord(risk)}
        </dd>
        <dd className="ladder risk-ladder" data-risk={risk ?? 'unknown'} aria-hidden="true">
          {RISK_LADDER.map((each, rung) => (
            <span key={each} className="rung" data-on={rung < rungs} />
          ))}
        </dd>
        {people.kind === 'counted' && <dd className="how">needs a crowd model</dd>}
      </div>
    </dl>
  );
}

function Counts({ counts }: { counts: AnalyticsView['counts'] }) {
  return (
    <Group title="Told apart, with a box">
      <dl className="tally" data-testid="counts">
        {counts.map((each) => (
          <div key={each.class} data-class={each.class}>
            <dt>
              <span className="dot" style={{ background: classColour(each.class) }} />
              {classWord(each.class)}
            </dt>
            <dd>{each.count}</dd>
          </div>
        ))}
      </dl>
    </Group>
  );
}

function Lines({ lines }: { lines: readonly LineCount[] }) {
  const sum = (way: 'inbound' | 'outbound') => lines.reduce((total, line) => total + line[way], 0);
  return (
    <table className="crossings" data-testid="line-counts">
      <thead>
        <tr>
          <th scope="col">{lines.length === 1 ? 'Line' : 'Lines'}</th>
          <th scope="col">In</th>
          <th scope="col">Out</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ id, inbound, outbound }) => (
          <Crossings key={id} name={id} inbound={inbound} outbound={outbound} />
        ))}
      </tbody>
      {lines.length > 1 && (
        <tfoot>
          <Crossings name="All" inbound={sum('inbound')} outbound={sum('outbound')} />
        </tfoot>
      )}
    </table>
  );
}

function Crossings({ name, inbound, outbound }: { name: string; inbound: number; outbound: number }) {
  return (
    <tr data-line={name}>
      <th scope="row">{name}</th>
      <td>{inbound}</td>
      <td>{outbound}</td>
    </tr>
  );
}

function Zones({ zones }: { zones: AnalyticsView['zones'] }) {
  return (
    <Group title={zones.length === 1 ? 'In the zone' : 'In the zones'}>
      <dl className="tally" data-testid="zones">
        {zones.map(({ id, occupancy }) => (
          <div key={id} data-zone={id}>
            <dt>{id}</dt>
            <dd>{occupancy}</dd>
          </div>
        ))}
      </dl>
    </Group>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="group">
      <h2 className="group-title">{title}</h2>
      {children}
    </section>
  );
}

/** Line that says how often results come and how late, or that none come. */
function Pace({ view, open }: { view: AnalyticsView; open: boolean }) {
  if (open && view.silentS !== undefined) {
    return (
      <p className="pace" data-testid="analytics-silence" data-silent="true">
        {silenceWord(view.silentS)}
      </p>
    );
  }
  return (
    <p className="pace" data-stale={!open}>
      <span data-testid="analytics-rate">{fixed(view.perSecond, 1)}</span> results/s,{' '}
      <span data-testid="analytics-delay">{fixed(view.delayMs, 0)}</span> ms behind
    </p>
  );
}
