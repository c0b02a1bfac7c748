// The session of a camera that is drawn on. In: the page's address and a camera. Out: a session that shows
// boxes and ways of what the detector finds: these tell where a line is crossed. Lines and zones are the
// editor's to show, and whatever the person has chosen for the live page stays as it is.
import { browserCameras, browserSession } from '../live/browser_session';
import type { Session } from '../live/session';
import { EVERYTHING } from '../results/layers';
import { noKeeper } from '../storage/keeper';

export function drawingSession(href: string, camera: string): Session {
  const of = { href, camera };
  const session = browserSession(of, 'automatic', browserCameras(of).ask, { keeper: noKeeper });
  session.chooseAnalytics({ ...EVERYTHING, labels: false, heat: false, lines: false });
  return session;
}
