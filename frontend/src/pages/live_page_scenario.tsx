// The page of one camera without a browser, for its tests. In: what a snapshot has that is not empty. Out:
// the page as an element, and what a server says. Product code never imports this.
import { Router } from 'wouter';
import type { ConnectionState } from '../connection/connection';
import { FakeServer, LADDER } from '../connection/fake_socket';
import { Session } from '../live/session';
import { SessionContext } from '../live/session_context';
import { emptySnapshot, type Snapshot } from '../live/snapshot';
import type { CameraState, Hello, Status } from '../protocol/protocol';
import { SimulatedTime } from '../time/simulated_time';
import { Traffic } from '../live/traffic';
import { LiveView } from '../live/LiveView';

/** A page on which details are shown. */
const DETAILED = {
  details: { load: () => 'on', save: () => undefined },
  others: { load: () => undefined, save: () => undefined },
};

/** Hello of a camera without analytics. */
export const HELLO: Hello = {
  kind: 'hello',
  run: 'a',
  camera: 'main',
  level: 95,
  scale: 1,
  levels: LADDER,
  scales: [1, 2, 4, 8],
  width: 1280,
  height: 720,
  server: '1',
  analytics: false,
  lines: [],
  zones: [],
};

/** State of a connection that pictures come by. */
export const OPEN: ConnectionState = { kind: 'open' };

/** Status of a camera in a state, with three viewers. */
export const statusOf = (state: CameraState, change: Partial<Status> = {}): Status => ({
  kind: 'status',
  state,
  fps: 33.9,
  viewers: 3,
  skipped: 12,
  reason: undefined,
  reasonCode: undefined,
  degraded: [],
  ...change,
});

/** One camera's part of a page, with a session of its own that shows a snapshot. */
export function view(change: Partial<Snapshot>, complaint?: string) {
  const keeper = { load: () => undefined, save: () => undefined };
  const session = new Session({
    camera: undefined,
    address: () => '',
    open: new FakeServer().open,
    time: new SimulatedTime(),
    random: () => 0,
    choice: 'automatic',
    largest: 1,
    keepers: { analytics: keeper, quality: keeper },
    traffic: new Traffic(keeper, () => ''),
    askStatus: () => Promise.resolve(undefined),
  });
  session.store.set({ ...emptySnapshot, ...change });
  return (
    <Router ssrPath="/">
      <SessionContext value={session}>
        <LiveView complaint={complaint} kept={DETAILED} others={null} />
      </SessionContext>
    </Router>
  );
}
