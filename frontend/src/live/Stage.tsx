// Where the picture of one camera is. In: a snapshot, the session from the context, and the id of the panel
// that the button over the picture shows and hides. Out: the picture, the overlay on it, both as close as
// somebody wants to look, buttons and keys, and a notice over the last picture when there is no newer one, or
// in its place once the credential has ended.
import { useEffect, useRef } from 'react';
import { isBarred } from '../connection/connection';
import { type Actions, useKeys } from '../keys/keys';
import { OverlayCanvas } from '../overlay/OverlayCanvas';
import { LayersMenu } from '../panel/LayersMenu';
import { PanelButton } from '../panel/PanelButton';
import { toggleFullScreen, useFullScreen } from '../ui/full_screen';
import { FullScreenButton } from '../ui/FullScreenButton';
import { useZooming, type Zooming } from '../zoom/gestures';
import { moved, WHOLE, zoomedAt } from '../zoom/zoom';
import { ZoomFrame } from '../zoom/ZoomFrame';
import { Notice } from './Notice';
import { PictureCanvas } from './PictureCanvas';
import { SaveButton } from './SaveButton';
import { useSession } from './session_context';
import type { Snapshot } from './snapshot';

export function Stage({ snapshot, panelId }: { snapshot: Snapshot; panelId: string }) {
  const session = useSession();
  const stage = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const zooming = useZooming(frame);
  const full = useFullScreen(stage);
  const { connection, picture, camera = '' } = snapshot;
  const dim = connection.kind !== 'open';
  const barred = isBarred(connection);
  const { set } = zooming;
  // A part of another picture would be taken for all of it.
  useEffect(() => set(() => WHOLE), [camera, set]);
  useKeys({
    f: () => toggleFullScreen(stage.current),
    s: () => link.current?.click(),
    ...zoomKeys(zooming),
  });
  const { offer, choices } = snapshot.analytics;
  const analytics = { view: snapshot.analytics, onChoose: session.chooseAnalytics };
  return (
    <div className="stage" ref={stage}>
      {!barred && (
        <ZoomFrame frame={frame} zooming={zooming}>
          <PictureCanvas camera={camera} dim={dim} empty={picture === undefined} />
          <OverlayCanvas host={session} dim={dim} />
        </ZoomFrame>
      )}
      <Notice snapshot={snapshot} />
      <div className="stage-buttons">
        {/* The panel is not part of what fills the screen. */}
        {!barred && (full ? <LayersMenu {...analytics} /> : <PanelButton {...analytics} panelId={panelId} />)}
        {!dim && camera !== '' && (
          <SaveButton link={link} camera={camera} layers={offer.kind === 'off' ? undefined : choices} />
        )}
        <FullScreenButton target={stage} full={full} />
      </div>
    </div>
  );
}

/** Share by which `+` makes the picture larger, and share of its frame by which an arrow moves it. */
const [CLOSER, STEP] = [1.5, 0.1];
const MIDDLE = { x: 0.5, y: 0.5 };

function zoomKeys({ zoom, set }: Zooming): Actions {
  const closer = () => set((zoom) => zoomedAt(zoom, MIDDLE, CLOSER));
  const farther = () => set((zoom) => zoomedAt(zoom, MIDDLE, 1 / CLOSER));
  const by = (x: number, y: number) => () => set((zoom) => moved(zoom, { x, y }));
  const always = { '+': closer, '=': closer, '-': farther, '0': () => set(() => WHOLE) };
  if (zoom.scale === 1) return always;
  return {
    ...always,
    ArrowLeft: by(STEP, 0),
    ArrowRight: by(-STEP, 0),
    ArrowUp: by(0, STEP),
    ArrowDown: by(0, -STEP),
  };
}
