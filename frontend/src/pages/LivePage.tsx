// The page. In: the session from the context, and what its address got wrong. Out: header, stage and panels,
// laid out. What each shows is its own business.
import { AnalyticsPanel } from '../panel/AnalyticsPanel';
import { Header } from '../live/Header';
import { HistoryPanel } from '../quality/HistoryPanel';
import { QualityPanel } from '../quality/QualityPanel';
import { Figures } from '../live/Figures';
import { useSession, useSnapshot } from '../live/session_context';
import { Stage } from '../live/Stage';
import { Troubles } from '../live/Troubles';
import { announcement } from '../live/words';

export function App({ complaint }: { complaint: string | undefined }) {
  const session = useSession();
  const snapshot = useSnapshot();
  return (
    <div className="page">
      <Header snapshot={snapshot} complaint={complaint} />
      <Troubles snapshot={snapshot} />
      <div className="view">
        <Stage snapshot={snapshot} />
        <AnalyticsPanel
          view={snapshot.analytics}
          open={snapshot.connection.kind === 'open'}
          onChoose={(change) => session.chooseAnalytics(change)}
        />
      </div>
      <section className="panel" aria-label="Picture quality and figures">
        <QualityPanel
          view={snapshot.quality}
          onChoose={(choice) => session.choose(choice)}
          onStyle={(style) => session.chooseStyle(style)}
        />
        <Figures snapshot={snapshot} />
        <HistoryPanel history={snapshot.quality.history} nowMs={snapshot.quality.nowMs} />
      </section>
      <p className="spoken" role="status" aria-live="polite">
        {announcement(snapshot)}
      </p>
    </div>
  );
}
