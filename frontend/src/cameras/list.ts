// The cameras that there are. In: answers of `/api/status`, asked for by whoever needs one and every few
// seconds while the list is kept up. Out: the newest list, why it is not as the cameras file says,
// and how the services fare, in stores. What is watched, and how the list looks, does not belong here.
import { createStore } from '../live/store';
import {
  type ListedCamera,
  type ListedService,
  readCameras,
  readFileTrouble,
  readServices,
} from '../protocol/status';
import type { AskStatus } from '../results/service';
import { every, type Time } from '../time/time';

/** Time until a list that is to be kept up is looked at first, ms: a camera that goes needs a moment. */
const FIRST_LOOK_MS = 1_000;
/** Time between two looks, ms: nobody waits for a camera that somebody else is just adding. */
const LOOK_EVERY_MS = 10_000;

export class CameraList {
  /** Newest list; undefined until there is one. Each answer is a new value, whether anything has changed. */
  readonly store = createStore<readonly ListedCamera[] | undefined>(undefined);
  /** Why the cameras are not as their file says; undefined where they are, or nobody has said. */
  readonly fileTrouble = createStore<string | undefined>(undefined);
  /** Services that tell others what cameras see; none while nobody has said. */
  readonly services = createStore<readonly ListedService[]>([]);
  /** Number of the newest question, and of the one that the list answers. */
  private asked = 0;
  private answered = 0;

  constructor(
    private readonly time: Time,
    private readonly askStatus: AskStatus,
  ) {}

  /** Asks for the status, and takes the list of cameras from it, for whatever the status is needed. */
  readonly ask: AskStatus = async () => {
    const turn = ++this.asked;
    const body = await this.askStatus();
    const cameras = readCameras(body);
    // An answer that was overtaken is the older one.
    if (cameras !== undefined && turn > this.answered) {
      this.answered = turn;
      this.store.set(cameras);
      this.fileTrouble.set(readFileTrouble(body));
      this.services.set(readServices(body));
    }
    return body;
  };

  readonly look = (): void => void this.ask();

  /** Keeps the list up to date until the returned function is called. */
  keepUp(): () => void {
    const stopFirst = this.time.after(FIRST_LOOK_MS, this.look);
    const stop = every(this.time, LOOK_EVERY_MS, this.look);
    return () => {
      stopFirst();
      stop();
    };
  }
}
