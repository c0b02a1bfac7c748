// A session made of the browser's own parts: its socket, clock, dice and storage. In: which camera to show,
// and with what quality to begin. Out: the session, not started yet.
import { openBrowserSocket } from '../connection/socket';
import { requestStatus } from '../connection/status_request';
import type { Choice } from '../quality/decision';
import { browserKeeper } from '../storage/keeper';
import { browserTime } from '../time/time';
import { type CameraAddress, socketAddress, statusAddress } from './address';
import { Session } from './session';

export function browserSession(camera: CameraAddress, choice: Choice): Session {
  return new Session({
    address: (rung) => socketAddress(camera, rung),
    open: openBrowserSocket,
    time: browserTime,
    random: Math.random,
    choice,
    keepers: {
      analytics: browserKeeper('steadycast.analytics'),
      quality: browserKeeper('steadycast.quality'),
    },
    askStatus: () => requestStatus(statusAddress(camera)),
  });
}
