// One viewer's connection, kept up for as long as the page wants it. In: an address, a rung, and what has
// been painted. Out: its state, checked frames and messages, and the server's clock. Reconnects by itself;
// knows nothing of React, decoding, or which rung would be a good one.
import {
  type CameraState,
  type ClientMessage,
  formatClientMessage,
  type FrameHeader,
  parseFrameHeader,
  parseServerMessage,
  type ProtocolError,
  type Rung,
  type ServerMessage,
} from '../protocol/protocol';
import { every, type Time } from '../time/time';
import { retryDelay } from './backoff';
import { bestSample, type ClockSample, keepSample, sampleOf } from './clock_offset';
import { type Refusal, type Verdict, verdictOn } from './closing';
import { isDead } from './silence';
import type { OpenSocket, Socket } from './socket';

/** Time between two pings, ms. */
const PING_MS = 2_000;
/** Moments of the first pings, ms: closer together, so that the clock is known for the first decision. */
const FIRST_PINGS_MS = [0, 300, 600, 1_000];
/** Time between two looks at whether the connection still lives, ms. */
const WATCH_MS = 1_000;

export type ConnectionState =
  | { kind: 'connecting'; tries: number }
  | { kind: 'open' }
  | { kind: 'waiting'; untilMs: number; message: string }
  | { kind: 'refused'; why: Refusal; message: string }
  | { kind: 'stopped' };

/** Whether the credential has ended: no picture, figure or other camera's name may stay on the page. */
export function isBarred(state: ConnectionState): boolean {
  return state.kind === 'refused' && state.why === 'token';
}

export interface Frame extends FrameHeader {
  jpeg: ArrayBuffer;
  /** Number of the connection that brought the frame: frame numbers start again when the server does. */
  epoch: number;
}

export interface ConnectionEvents {
  state(state: ConnectionState): void;
  frame(frame: Frame): void;
  message(message: ServerMessage): void;
  error(error: ProtocolError): void;
}

export interface ConnectionParts {
  address: (rung: Rung) => string;
  open: OpenSocket;
  time: Time;
  random: () => number;
}

export class Connection {
  private state: ConnectionState = { kind: 'stopped' };
  private socket: Socket | undefined;
  private epoch = 0;
  private failures = 0;
  private shown: number | undefined;
  private samples: readonly ClockSample[] = [];
  private seen = { messageMs: 0, frameMs: 0, camera: undefined as CameraState | undefined };
  /** Rung that the server was last asked for; it differs from the wanted one while no socket is open. */
  private asked: Rung;
  /**
   * Whether the server was last asked for analytics, which it sends until told not to, and whether it should
   * be.
   */
  private analytics = { asked: true, wanted: true };
  /** Calls that cancel the timers of the present state: ping and watchdog, or the wait for the next try. */
  private cancel: (() => void)[] = [];

  constructor(
    private readonly parts: ConnectionParts,
    private rung: Rung,
    private readonly events: ConnectionEvents,
  ) {
    this.asked = rung;
  }

  start(): void {
    if (this.state.kind === 'stopped') this.connect();
  }

  stop(): void {
    this.leave(1000);
    this.enter({ kind: 'stopped' });
  }

  /** Ends a wait early, for example when the browser says that it is online again. */
  retryNow(): void {
    if (this.state.kind === 'waiting') this.connect();
  }

  /** Connects once more to a camera that there was not, since there is one now. */
  reopen(): void {
    if (this.state.kind === 'refused' && this.state.why === 'camera') this.connect();
  }

  /** Switches the rung without a gap; while nothing is open, the next connection starts with it. */
  setRung(rung: Rung): void {
    this.rung = rung;
    const { level, scale } = rung;
    if (this.state.kind === 'open' && (this.asked.level !== level || this.asked.scale !== scale)) {
      this.asked = rung;
      this.send({ type: 'level', level, scale });
    }
  }

  /** Tells the server whether results of the analytics should come, now and after every reconnect. */
  setAnalytics(wanted: boolean): void {
    this.analytics.wanted = wanted;
    if (this.state.kind === 'open' && this.analytics.asked !== wanted) {
      this.analytics.asked = wanted;
      this.send({ type: 'analytics', enabled: wanted });
    }
  }

  /** Asks for a complete picture next: deltas are missing here. A new connection begins with one anyway. */
  needKey(): void {
    if (this.state.kind === 'open') this.send({ type: 'key' });
  }

  /** Tells which frame was painted last; it travels with the next ack. */
  painted(frame: number, epoch: number): void {
    if (epoch === this.epoch) this.shown = frame;
  }

  /**
   * The server's clock by the quickest answer of late, whose round trip is as good as that of an empty link.
   */
  get clock(): ClockSample | undefined {
    return bestSample(this.samples);
  }

  private connect(): void {
    this.leave(1000);
    const epoch = ++this.epoch;
    const now = this.parts.time.now();
    this.shown = undefined;
    this.asked = this.rung;
    this.analytics.asked = true;
    this.seen = { messageMs: now, frameMs: now, camera: undefined };
    // Events of a socket that has been given up must not touch its successor.
    const current = (act: () => void) => {
      if (epoch === this.epoch) act();
    };
    this.enter({ kind: 'connecting', tries: this.failures });
    this.cancel = [every(this.parts.time, WATCH_MS, () => this.watch())];
    this.socket = this.parts.open(this.parts.address(this.rung), {
      text: (raw) => current(() => this.receiveText(raw)),
      binary: (jpeg) => current(() => this.receiveFrame(jpeg)),
      closed: (code, reason) => current(() => this.end(verdictOn(code, reason))),
    });
  }

  /**
   * Takes note of a message. A refused viewer is let in and then told why, so only a message proves that the
   * door is really open.
   */
  private alive(): void {
    this.seen.messageMs = this.parts.time.now();
    if (this.state.kind !== 'connecting') return;
    this.enter({ kind: 'open' });
    this.setRung(this.rung);
    this.setAnalytics(this.analytics.wanted);
    const { time } = this.parts;
    this.cancel.push(
      ...FIRST_PINGS_MS.map((ms) => time.after(ms, () => this.ping())),
      every(time, PING_MS, () => this.ping()),
    );
  }

  private receiveText(raw: string): void {
    const parsed = parseServerMessage(raw);
    if (!parsed.ok) {
      this.events.error(parsed.error);
      if (parsed.error.kind === 'other_version') this.end(otherVersion(parsed.error.found));
      return;
    }
    this.alive();
    const message = parsed.value;
    if (message.kind === 'pong') this.receivePong(message.t, message.serverUs);
    if (message.kind === 'status') this.watchFor(message.state);
    // A rung the server set by itself is the one to go on from, and to come back with after a reconnect.
    if (message.kind === 'level' && message.reason !== 'requested')
      this.rung = this.asked = { level: message.level, scale: message.scale };
    this.events.message(message);
  }

  /** Takes note of the camera's state: the wait for a picture starts when there is one to wait for. */
  private watchFor(camera: CameraState): void {
    if (this.seen.camera !== camera) this.seen.frameMs = this.parts.time.now();
    this.seen.camera = camera;
  }

  private receiveFrame(jpeg: ArrayBuffer): void {
    this.alive();
    const parsed = parseFrameHeader(jpeg);
    if (!parsed.ok) {
      this.events.error(parsed.error);
      return;
    }
    this.failures = 0;
    this.seen.frameMs = this.seen.messageMs;
    const { frame } = parsed.value;
    this.send({ type: 'ack', frame, ...(this.shown === undefined ? {} : { shown: this.shown }) });
    this.events.frame({ ...parsed.value, jpeg, epoch: this.epoch });
  }

  private ping(): void {
    this.send({ type: 'ping', t: this.parts.time.now() });
  }

  private receivePong(t: unknown, serverUs: number): void {
    const now = this.parts.time.now();
    if (typeof t === 'number' && t <= now)
      this.samples = keepSample(this.samples, sampleOf(t, now, serverUs));
  }

  private watch(): void {
    if (isDead(this.seen, this.parts.time.now())) this.end(verdictOn(1006, ''));
  }

  private end(verdict: Verdict): void {
    this.leave(1000);
    if (verdict.kind === 'stop') {
      this.enter({ kind: 'refused', why: verdict.why, message: verdict.message });
      return;
    }
    const delay = retryDelay(this.failures++, verdict.pace, this.parts.random());
    this.enter({ kind: 'waiting', untilMs: this.parts.time.now() + delay, message: verdict.message });
    this.cancel = [this.parts.time.after(delay, () => this.connect())];
  }

  private leave(code: number): void {
    this.epoch++;
    for (const cancel of this.cancel) cancel();
    this.cancel = [];
    this.socket?.close(code);
    this.socket = undefined;
  }

  private send(message: ClientMessage): void {
    this.socket?.send(formatClientMessage(message));
  }

  private enter(state: ConnectionState): void {
    this.state = state;
    this.events.state(state);
  }
}

function otherVersion(found: number): Verdict {
  return {
    kind: 'stop',
    why: 'version',
    message: `The server speaks protocol version ${found}, this page another one. Reload the page.`,
  };
}
