// What a page is made of in a browser: its socket, clock, dice and storage. In: which camera to show, and
// with what quality to begin. Out: the session, not started yet; and the list of cameras, not asked for yet.
import { CameraList } from '../cameras/list';
import { openBrowserSocket } from '../connection/socket';
import { requestStatus } from '../connection/status_request';
import type { Choice } from '../quality/decision';
import type { AskStatus } from '../results/service';
import { browserKeeper } from '../storage/keeper';
import { browserTime } from '../time/time';
import { type CameraAddress, socketAddress, statusAddress } from './address';
import { Session } from './session';

export function browserCameras(address: CameraAddress): CameraList {
  return new CameraList(browserTime, () => requestStatus(statusAddress(address)));
}

/** A session of a camera; `largest` is the scale of the largest picture that it asks for. */
export function browserSession(
  camera: CameraAddress,
  choice: Choice,
  askStatus: AskStatus,
  largest = 1,
): Session {
  return new Session({
    camera: camera.camera,
    address: (rung) => socketAddress(camera, rung),
    open: openBrowserSocket,
    time: browserTime,
    random: Math.random,
    choice,
    largest,
    keepers: {
      analytics: browserKeeper('steadycast.analytics'),
      quality: browserKeeper('steadycast.quality'),
    },
    askStatus,
  });
}
