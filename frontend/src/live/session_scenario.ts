// A whole session without a browser, for its tests: fake server, fake screen, simulated time. In: what the
// page's address chose and what the server's status says. Out: the session, and hands on all that is around
// it. Product code never imports this.
import { FakeServer } from '../connection/fake_socket';
import type { Screen, Size } from '../player/screen';
import type { Rung } from '../protocol/protocol';
import type { Choice } from '../quality/decision';
import type { Keeper } from '../storage/keeper';
import { SimulatedTime } from '../time/simulated_time';
import { Session } from './session';
import { Traffic } from './traffic';

const nothingKept: Keeper = { load: () => undefined, save: () => undefined };

export function setUp(choice: Choice = 'automatic', status?: unknown, camera?: string) {
  const time = new SimulatedTime();
  const server = new FakeServer();
  const address = ({ level, scale }: Rung) => `/websocket/${level}?scale=${scale}`;
  const keepers = { analytics: nothingKept, quality: nothingKept };
  const askStatus = () => Promise.resolve(status);
  const session = new Session({
    camera,
    address,
    open: server.open,
    time,
    random: () => 1,
    choice,
    largest: 1,
    keepers,
    traffic: new Traffic(nothingKept, () => ''),
    askStatus,
  });
  session.start();
  return { time, server, session, view: () => session.store.get() };
}

/** A screen that draws at once, and shows pictures of this size as soon as their drawing is known. */
export function screenOf(width = 640, height = 360): Screen {
  const size: Size = { width, height };
  const screen: Screen = {
    onPainted: undefined,
    async draw() {
      // Later than what waits for this promise.
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => screen.onPainted?.(size));
      await Promise.resolve();
    },
    tell: () => undefined,
  };
  return screen;
}

/** Lets promises that have been settled run their continuations. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Lets frames of a camera of 34 FPS come at a steady rate, and status and pong as the server sends them. */
export function stream({ time, server, view }: ReturnType<typeof setUp>, fps: number, seconds: number): void {
  for (let frame = 1; frame <= fps * seconds; frame++) {
    time.advance(1000 / fps);
    const number = Math.round(time.now() * 0.034);
    server.last.frame({
      frame: number,
      capturedUs: Math.round((time.now() - 80) * 1000),
      ...view().quality.rung,
    });
    if (frame % fps === 0) server.last.status();
  }
}
