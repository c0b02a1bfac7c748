// The session of a camera that is drawn on. In: the page's address and a camera. Out: a session that shows
// boxes and ways of what the detector finds: these tell where a line is crossed. Lines and zones are the
// editor's to show, and whatever the person has chosen for the live page stays as it is.
import { openBrowserSocket } from '../connection/socket';
import { requestStatus } from '../connection/status_request';
import { socketAddress, statusAddress } from '../live/address';
import { Session } from '../live/session';
import { type Choices, EVERYTHING } from '../results/layers';
import type { Keeper } from '../storage/keeper';
import { browserTime } from '../time/time';

const LAYERS: Choices = { ...EVERYTHING, labels: false, heat: false, lines: false };

/** Keeps nothing. */
function keeperOf(text: string | undefined): Keeper {
  return { load: () => text, save: () => undefined };
}

export function drawingSession(href: string, camera: string): Session {
  const of = { href, camera };
  return new Session({
    camera,
    address: (rung) => socketAddress(of, rung),
    open: openBrowserSocket,
    time: browserTime,
    random: Math.random,
    choice: 'automatic',
    largest: 1,
    keepers: { analytics: keeperOf(JSON.stringify(LAYERS)), quality: keeperOf(undefined) },
    askStatus: () => requestStatus(statusAddress(of)),
  });
}
