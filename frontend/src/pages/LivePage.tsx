// The page of one camera. In: what the page's address asks for, and what to do for another camera. Out: a
// session of its own around header, stage and panels, laid out. What each of these shows is its own business.
import { type ReactNode, useEffect, useId, useState, useSyncExternalStore } from 'react';
import { type Cameras, CamerasContext, useCameras } from '../cameras/cameras_context';
import type { CameraList } from '../cameras/list';
import { isBarred } from '../connection/connection';
import { Details } from '../details/Details';
import { useKeys } from '../keys/keys';
import { KeysHelp } from '../keys/KeysHelp';
import { browserCameras, browserSession } from '../live/browser_session';
import { CameraSession } from '../live/CameraSession';
import { Header } from '../live/Header';
import { keepChoice, keptChoice } from '../live/kept_choice';
import type { Session } from '../live/session';
import { useSession, useSnapshot } from '../live/session_context';
import { Stage } from '../live/Stage';
import { Troubles } from '../live/Troubles';
import { announcement, modelTroubles } from '../live/words';
import { WithAccount } from '../login/WithAccount';
import { AnalyticsPanel } from '../panel/AnalyticsPanel';
import { QualityPanel } from '../quality/QualityPanel';
import { browserKeeper, type Keeper } from '../storage/keeper';
import { useKeptFlag } from '../ui/kept_flag';
import { useVisible } from '../ui/visible';
import { fixed, megabytes } from '../ui/numbers';
import type { PageProps } from './page';

export function LivePage({ address, onWatch, onGrid }: PageProps) {
  const [list] = useState(() => browserCameras(address));
  // A quality that was chosen by hand is kept.
  const make = (before: Session | undefined) =>
    browserSession(address, before?.choice ?? keptChoice() ?? address.choice, list.ask);
  return (
    <CameraSession camera={address.camera} make={make}>
      <WithCameras list={list} onWatch={onWatch} onGrid={onGrid}>
        <Watched href={address.href} complaint={address.complaint} />
        <CameraKeys />
      </WithCameras>
    </CameraSession>
  );
}

function Watched({ href, complaint }: { href: string; complaint: string | undefined }) {
  const { connection } = useSnapshot();
  return (
    <WithAccount href={href} connection={connection.kind}>
      <LiveView complaint={complaint} kept={DETAILS} />
    </WithAccount>
  );
}

interface WithCamerasProps {
  list: CameraList;
  onWatch: (camera: string) => void;
  onGrid: () => void;
  children: ReactNode;
}

/**
 * Keeps the list of cameras up while the server lets this page watch and somebody can see it, and goes back
 * to a camera that had gone.
 */
function WithCameras({ list, onWatch, onGrid, children }: WithCamerasProps) {
  const session = useSession();
  const { connection, camera } = useSnapshot();
  const all = useSyncExternalStore(list.store.subscribe, list.store.get);
  const fileTrouble = useSyncExternalStore(list.fileTrouble.subscribe, list.fileTrouble.get);
  const gone = connection.kind === 'refused' && connection.why === 'camera';
  const services = useSyncExternalStore(list.services.subscribe, list.services.get);
  const keeping = useVisible() && (connection.kind === 'open' || gone);
  useEffect(() => (keeping ? list.keepUp() : undefined), [list, keeping, gone]);
  useEffect(() => {
    if (all?.some(({ name }) => name === (camera ?? name))) session.reopen();
    // Only a new list is news: the old one may still name a camera that has just gone.
  }, [all]);
  useEffect(() => () => keepChoice(session.choice), [session]);
  const watch = (name: string) => (name === camera ? session.reopen() : onWatch(name));
  const cameras: Cameras = { all, fileTrouble, services, look: list.look, watch, watchAll: onGrid };
  return <CamerasContext value={cameras}>{children}</CamerasContext>;
}

/** Keys that lead to other cameras, and the help about keys. */
function CameraKeys() {
  const { all = [], watch, watchAll } = useCameras();
  const { camera } = useSnapshot();
  const [help, setHelp] = useState(false);
  const names = all.map(({ name }) => name);
  const at = names.indexOf(camera ?? '');
  const by = (step: number) => {
    const next = names.at((at + step) % names.length);
    return names.length > 1 && next !== undefined ? () => watch(next) : undefined;
  };
  useKeys({
    n: by(1),
    p: by(-1),
    // Full screen has ended by the same key already, unless a page ends it itself.
    Escape: names.length > 1 && document.fullscreenElement === null ? watchAll : undefined,
    '?': () => setHelp(true),
  });
  return <KeysHelp shown={help} onClose={() => setHelp(false)} />;
}

/** Where it is kept whether details are wanted. */
const DETAILS = browserKeeper('steadycast.details');

export function LiveView({ complaint, kept }: { complaint: string | undefined; kept: Keeper }) {
  const session = useSession();
  const snapshot = useSnapshot();
  const [panelId, detailsId] = [useId(), useId()];
  const [detailed, toggleDetails] = useKeptFlag(kept);
  const { connection, quality, analytics } = snapshot;
  const barred = isBarred(connection);
  const panel = () => session.chooseAnalytics({ panel: !analytics.choices.panel });
  useKeys(barred ? {} : { d: toggleDetails, a: panel });
  return (
    <div className="page">
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
      {!barred && (
        <section className="panel" aria-label="Picture quality">
          <QualityPanel view={quality} onChoose={session.choose} onStyle={session.chooseStyle} />
          <p className="taken" data-stale={connection.kind !== 'open'}>
            <span data-testid="mbit">{fixed(snapshot.mbit, 1)}</span> Mbit/s,{' '}
            <span data-testid="taken">{megabytes(snapshot.todayBytes)}</span> today
          </p>
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
