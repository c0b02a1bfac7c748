// One camera, large. In: a snapshot out of the session, what the page's address got wrong, and the other
// cameras as an element. Out: header, stage and panels, laid out; details and other cameras where they are
// wanted. What each of these shows is its own business.
import { type ReactNode, useEffect, useId, useState } from 'react';
import { useCameras } from '../cameras/cameras_context';
import { isBarred } from '../connection/connection';
import { Details } from '../details/Details';
import { useKeys } from '../keys/keys';
import { AnalyticsPanel } from '../panel/AnalyticsPanel';
import { QualityPanel } from '../quality/QualityPanel';
import type { Keeper } from '../storage/keeper';
import { useKeptFlag } from '../ui/kept_flag';
import { fixed, megabytes } from '../ui/numbers';
import { Header } from './Header';
import { useSession, useSnapshot } from './session_context';
import type { Snapshot } from './snapshot';
import { Stage } from './Stage';
import { Troubles } from './Troubles';
import { announcement, modelTroubles } from './words';

interface Props {
  complaint: string | undefined;
  /** Where it is kept whether details, and the other cameras, are wanted. */
  kept: { details: Keeper; others: Keeper };
  /** The other cameras. */
  others: ReactNode;
}

export function LiveView({ complaint, kept, others }: Props) {
  const session = useSession();
  const snapshot = useSnapshot();
  const [panelId, detailsId] = [useId(), useId()];
  const [detailed, toggleDetails] = useKeptFlag(kept.details);
  const [beside, toggleOthers] = useKeptFlag(kept.others);
  const several = (useCameras().all ?? []).length > 1;
  const { connection, quality, analytics } = snapshot;
  const barred = isBarred(connection);
  const settled = useSettled(snapshot);
  const panel = () => session.chooseAnalytics({ panel: !analytics.choices.panel });
  useKeys(barred ? {} : { d: toggleDetails, a: panel, o: several ? toggleOthers : undefined });
  return (
    <div className="page" data-settled={settled}>
      <Header snapshot={snapshot} complaint={complaint} />
      {!barred && <Troubles snapshot={snapshot} />}
      <main className="view">
        <Stage snapshot={snapshot} panelId={panelId} />
        {!barred && (
          <AnalyticsPanel
            id={panelId}
            view={analytics}
            open={connection.kind === 'open'}
            warnings={modelTroubles(snapshot)}
            onChoose={session.chooseAnalytics}
          />
        )}
      </main>
      {several && beside && others}
      {!barred && (
        <section className="panel" aria-label="Picture quality">
          <QualityPanel view={quality} onChoose={session.choose} onStyle={session.chooseStyle} />
          <p className="taken" data-stale={connection.kind !== 'open'}>
            <span data-testid="mbit">{fixed(snapshot.mbit, 1)}</span> Mbit/s,{' '}
            <span data-testid="taken">{megabytes(snapshot.todayBytes)}</span> today
          </p>
          {several && (
            <button
              type="button"
              className="button details-toggle"
              data-testid="others-toggle"
              aria-expanded={beside}
              onClick={toggleOthers}
            >
              Others
            </button>
          )}
          <button
            type="button"
            className="button details-toggle"
            data-testid="details-toggle"
            aria-expanded={detailed}
            aria-controls={detailsId}
            onClick={toggleDetails}
          >
            Details
          </button>
        </section>
      )}
      {!barred && detailed && (
        <Details id={detailsId} snapshot={snapshot} onChoose={session.chooseAnalytics} />
      )}
      <p className="spoken" role="status" aria-live="polite">
        {announcement(snapshot)}
      </p>
    </div>
  );
}

/**
 * Whether it is known what stands below and beside the picture, or nobody will say: shown before, it would
 * move as soon as the server has said that there are no analytics.
 */
function useSettled({ connection, analytics }: Snapshot): boolean {
  const [settled, setSettled] = useState(false);
  const known = analytics.offer.kind !== 'unknown';
  const silent = connection.kind !== 'open' && connection.kind !== 'connecting';
  useEffect(() => {
    if (known || silent) setSettled(true);
  }, [known, silent]);
  return settled || known || silent;
}
