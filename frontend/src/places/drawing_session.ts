// The session of a camera that is drawn on. In: the page's address and a camera. Out: a session that shows
// boxes and ways of what the detector finds: these tell where a line is crossed. Lines and zones are the
// editor's to show, and whatever the person has chosen for the live page stays as it is.
import { browserCameras, browserSession, TRAFFIC_KEY } from '../live/browser_session';
import type { Session } from '../live/session';
import { EVERYTHING } from '../results/layers';
import { browserKeeper, noKeeper } from '../storage/keeper';

/** What it takes of the link counts as on the live page; choices are its own. */
const keeper = (key: string) => (key === TRAFFIC_KEY ? browserKeeper(key) : noKeeper());

export function drawingSession(href: string, camera: string): Session {
  const of = { href, camera };
  const session = browserSession(of, 'automatic', browserCameras(of).ask, { keeper });
  session.chooseAnalytics({ ...EVERYTHING, labels: false, heat: false, lines: false });
  return session;
}
