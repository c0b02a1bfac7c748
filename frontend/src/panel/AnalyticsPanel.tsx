// What the analytics have found, in figures. In: the element's id, the view out of the snapshot, whether the
// connection is open, what is wrong with the models, and a callback for the layers. Out: the panel, or
// nothing where it is hidden or the server has no analytics. Nothing is counted here.
import { classColour } from '../overlay/colours';
import type { Choices } from '../results/layers';
import type { AnalyticsView } from '../results/view';
import { fixed } from '../ui/numbers';
import { Age, Group } from './Group';
import { LayerSwitches } from './LayerSwitches';
import { Lines } from './Lines';
import {
  classWord,
  delayWord,
  PEOPLE_HOW,
  peopleWord,
  RISK_LADDER,
  riskLacks,
  riskWord,
  silenceWord,
} from './words';
import { Zones } from './Zones';

interface Props {
  /** Id of the panel's element, by which its button names it. */
  id: string;
  view: AnalyticsView;
  open: boolean;
  /** Sentences about models that do not do what they should. */
  warnings: readonly string[];
  onChoose: (change: Partial<Choices>) => void;
}

export function AnalyticsPanel({ id, view, open, warnings, onChoose }: Props) {
  if (view.offer.kind === 'off' || !view.choices.panel) return null;
  return (
    <aside className="analytics" id={id} aria-label="Analytics" data-testid="analytics-panel">
      {warnings.length > 0 && <Warnings sentences={warnings} />}
      <div className="findings" data-stale={!open || view.silentS !== undefined}>
        <Crowd view={view} />
        {view.counts.length > 0 && <Counts view={view} />}
        {view.lines.length > 0 && <Lines view={view} />}
        {view.zones.length > 0 && <Zones view={view} />}
      </div>
      <LayerSwitches hook="layer" view={view} onChoose={onChoose} />
      <Pace view={view} open={open} />
      {/* Changes only with an event, which is what those who hear the page want to be told. */}
      <p className="spoken" role="status">
        {view.spoken}
      </p>
    </aside>
  );
}

function Warnings({ sentences }: { sentences: readonly string[] }) {
  return (
    <ul className="sentences warnings" data-testid="analytics-warnings" aria-label="What the models lack">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function Crowd({ view: { people, risk, crowdAgeS, countsAgeS, bars } }: { view: AnalyticsView }) {
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
            <Age seconds={people.kind === 'estimated' ? crowdAgeS : countsAgeS} />
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
        {people.kind === 'counted' && <dd className="how">{riskLacks(bars)}</dd>}
      </div>
    </dl>
  );
}

function Counts({ view: { counts, countsAgeS } }: { view: AnalyticsView }) {
  return (
    <Group title="Told apart, with a box" ageS={countsAgeS}>
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

/** Line that says how often results come and how late, or that none come. */
function Pace({ view, open }: { view: AnalyticsView; open: boolean }) {
  if (open && view.silentS !== undefined) {
    return (
      <p className="pace" data-testid="analytics-silence" data-silent="true">
        {silenceWord(view.silentS)}
      </p>
    );
  }
  const [delay, unit] = delayWord(view.delayMs);
  return (
    <p className="pace" data-stale={!open}>
      <span data-testid="analytics-rate">{fixed(view.perSecond, 1)}</span> results/s,{' '}
      <span data-testid="analytics-delay">{delay}</span> {unit} behind
    </p>
  );
}
