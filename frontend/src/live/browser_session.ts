// What a page is made of in a browser: its socket, clock, dice and storage. In: which camera to show, and
// with what quality to begin. Out: the session, not started yet; and the list of cameras, not asked for yet.
import { CameraList } from '../cameras/list';
import { openBrowserSocket } from '../connection/socket';
import { requestStatus } from '../connection/status_request';
import type { Choice } from '../quality/decision';
import type { AskStatus } from '../results/service';
import { browserKeeper, type Keeper } from '../storage/keeper';
import { browserTime } from '../time/time';
import { type CameraAddress, socketAddress, statusAddress } from './address';
import { Session } from './session';
import { Traffic } from './traffic';

export function browserCameras(address: CameraAddress): CameraList {
  return new CameraList(browserTime, () => requestStatus(statusAddress(address)));
}

/** Name under which it is kept what cameras took of the link. */
export const TRAFFIC_KEY = 'steadycast.traffic';

export interface Ways {
  /** Scale of the largest picture that the session asks for. */
  largest?: number;
  /** Where choices are kept between visits. */
  keeper?: (key: string) => Keeper;
}

/** A session of a camera. */
export function browserSession(
  camera: CameraAddress,
  choice: Choice,
  askStatus: AskStatus,
  { largest = 1, keeper = browserKeeper }: Ways = {},
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
      analytics: keeper('steadycast.analytics'),
      quality: keeper('steadycast.quality'),
    },
    traffic: new Traffic(keeper(TRAFFIC_KEY), today),
    askStatus,
  });
}

/** The day where the browser is, as in 2026-03-02. */
function today(): string {
  // Sweden writes dates as ISO 8601 does.
  return new Date(browserTime.now()).toLocaleDateString('sv');
}
