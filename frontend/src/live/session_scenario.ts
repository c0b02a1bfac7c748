// A whole session without a browser, for its tests: fake server, fake surface, simulated time. In: what the
// page's address chose and what the server's status says. Out: the session, and hands on all that is around
// it. Product code never imports this.
import { FakeServer } from '../connection/fake_socket';
import type { Picture, Surface } from '../player/player';
import type { Rung } from '../protocol/protocol';
import type { Choice } from '../quality/decision';
import type { Keeper } from '../storage/keeper';
import { SimulatedTime } from '../time/simulated_time';
import { Session } from './session';

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
    keepers,
    askStatus,
  });
  session.start();
  return { time, server, session, view: () => session.store.get() };
}

/** A surface that repaints at once, and a decoder that needs no time. */
export const surface: Surface<Picture> = {
  paint: () => undefined,
  beforeRepaint: (task) => {
    task();
    return () => undefined;
  },
};
export const decode = () => Promise.resolve({ width: 640, height: 360, close: () => undefined });

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
