// The page of one camera. In: what the page's address asks for. Out: a session of its own around header,
// stage and panels, laid out. What each of these shows is its own business.
import { useId } from 'react';
import { browserSession } from '../live/browser_session';
import { CameraSession } from '../live/CameraSession';
import { Figures } from '../live/Figures';
import { Header } from '../live/Header';
import { useSession, useSnapshot } from '../live/session_context';
import { Stage } from '../live/Stage';
import { Troubles } from '../live/Troubles';
import { announcement, modelTroubles } from '../live/words';
import { AnalyticsPanel } from '../panel/AnalyticsPanel';
import { HistoryPanel } from '../quality/HistoryPanel';
import { QualityPanel } from '../quality/QualityPanel';
import type { PageProps } from './page';

export function LivePage({ address }: PageProps) {
  return (
    <CameraSession make={() => browserSession(address, address.choice)}>
      <LiveView complaint={address.complaint} />
    </CameraSession>
  );
}

export function LiveView({ complaint }: { complaint: string | undefined }) {
  const session = useSession();
  const snapshot = useSnapshot();
  const panelId = useId();
  const { connection, quality } = snapshot;
  return (
    <div className="page">
      <Header snapshot={snapshot} complaint={complaint} />
      <Troubles snapshot={snapshot} />
      <main className="view">
        <Stage snapshot={snapshot} panelId={panelId} />
        <AnalyticsPanel
          id={panelId}
          view={snapshot.analytics}
          open={connection.kind === 'open'}
          warnings={modelTroubles(snapshot)}
          onChoose={session.chooseAnalytics}
        />
      </main>
      <section className="panel" aria-label="Picture quality and figures">
        <QualityPanel view={quality} onChoose={session.choose} onStyle={session.chooseStyle} />
        <Figures snapshot={snapshot} />
        <HistoryPanel history={quality.history} nowMs={quality.nowMs} />
      </section>
      <p className="spoken" role="status" aria-live="polite">
        {announcement(snapshot)}
      </p>
    </div>
  );
}
