// Where the picture of one camera is. In: a snapshot, the session from the context, and the id of the panel
// that the button over the picture shows and hides. Out: the picture, the overlay on it, full screen, and a
// notice over the last picture when there is no newer one, or in its place once the credential has ended.
import { useRef } from 'react';
import { isBarred } from '../connection/connection';
import { OverlayCanvas } from '../overlay/OverlayCanvas';
import { LayersMenu } from '../panel/LayersMenu';
import { PanelButton } from '../panel/PanelButton';
import { useFullScreen } from '../ui/full_screen';
import { FullScreenButton } from '../ui/FullScreenButton';
import { Notice } from './Notice';
import { PictureCanvas } from './PictureCanvas';
import { useSession } from './session_context';
import type { Snapshot } from './snapshot';

export function Stage({ snapshot, panelId }: { snapshot: Snapshot; panelId: string }) {
  const session = useSession();
  const stage = useRef<HTMLDivElement>(null);
  const full = useFullScreen(stage);
  const { connection, picture } = snapshot;
  const dim = connection.kind !== 'open';
  const barred = isBarred(connection);
  const analytics = {
    view: snapshot.analytics,
    onChoose: session.chooseAnalytics,
  };
  return (
    <div className="stage" ref={stage}>
      {!barred && (
        <>
          <PictureCanvas camera={snapshot.camera ?? ''} dim={dim} empty={picture === undefined} />
          <OverlayCanvas host={session} dim={dim} />
        </>
      )}
      <Notice snapshot={snapshot} />
      {/* The panel is not part of what fills the screen. */}
      {!barred && (full ? <LayersMenu {...analytics} /> : <PanelButton {...analytics} panelId={panelId} />)}
      <FullScreenButton className="stage-button" target={stage} full={full} />
    </div>
  );
}
