// One viewer of one camera, put together: connection, player, quality and analytics. In: an address, the
// person's choices, whether the page can be seen. Out: painted frames, and a snapshot in the store a few
// times a second. The only file that knows all four; no React, and nothing is decided here that the
// controller could decide. A page may have several sessions: they share nothing.
import { Connection, type ConnectionParts, type ConnectionState, type Frame } from '../connection/connection';
import { frameSize, type Size, timesSize } from '../overlay/geometry';
import type { MakeOverlay } from '../overlay/overlay_canvas';
import { Player } from '../player/player';
import type { Screen } from '../player/screen';
import {
  delivers,
  type Hello,
  partOf,
  type Rung,
  type ServerMessage,
  type Status,
} from '../protocol/protocol';
import type { Choice } from '../quality/decision';
import { Quality } from '../quality/quality';
import type { Style } from '../quality/rungs';
import type { Choices } from '../results/layers';
import type { AskStatus } from '../results/service';
import type { Keeper } from '../storage/keeper';
import { RecentValues } from '../time/meter';
import { every, type Time } from '../time/time';
import { Analytics } from './analytics';
import { Pace, TICK_MS, wholeBytes } from './pace';
import { emptySnapshot, type Snapshot } from './snapshot';
import { createStore } from './store';
import type { Traffic } from './traffic';

/** Time between two times that what was taken is kept, ms: so much is lost where a page ends at once. */
const KEEP_EVERY_MS = 10_000;

export type SessionParts = ConnectionParts & {
  /** Name of the camera; undefined stands for the server's default camera. */
  camera: string | undefined;
  choice: Choice;
  /** Scale of the largest picture that is asked for. */
  largest: number;
  keepers: { analytics: Keeper; quality: Keeper };
  traffic: Traffic;
  askStatus: AskStatus;
};

export class Session {
  readonly store = createStore<Snapshot>(emptySnapshot);
  private readonly time: Time;
  private readonly asked: string | undefined;
  private readonly connection: Connection;
  private readonly analytics: Analytics;
  private readonly quality: Quality;
  private state: ConnectionState = { kind: 'stopped' };
  private hello: Hello | undefined;
  private status: Status | undefined;
  private player: Player<Frame> | undefined;
  private picture: Snapshot['picture'];
  // Of players that were taken away, and of what never came to one.
  private dropped = 0;
  private unreadable = 0;
  private visible = true;
  private stopTicking: (() => void) | undefined;
  private readonly pace = new Pace();
  private readonly traffic: Traffic;
  private readonly delays = new RecentValues();

  constructor(parts: SessionParts) {
    this.time = parts.time;
    this.asked = parts.camera;
    this.traffic = parts.traffic;
    const ask = (rung: Rung) => this.connection.setRung(rung);
    this.quality = new Quality({ ...parts, keeper: parts.keepers.quality, ask });
    this.connection = new Connection(parts, this.quality.rung, {
      state: (state) => this.connectionChanged(state),
      frame: (frame) => this.receive(frame),
      message: (message) => this.hear(message),
      error: () => {
        this.unreadable++;
      },
    });
    const want = (results: boolean) => this.connection.setAnalytics(results);
    this.analytics = new Analytics({ ...parts, keeper: parts.keepers.analytics, want });
  }

  start(): void {
    this.stopTicking ??= this.beginTicking();
    this.connection.start();
  }

  stop(): void {
    this.stopTicking?.();
    this.stopTicking = undefined;
    this.connection.stop();
    this.keepTraffic();
  }

  private beginTicking(): () => void {
    const stopTicks = every(this.time, TICK_MS, () => this.tick());
    const stopKeeping = every(this.time, KEEP_EVERY_MS, () => this.keepTraffic());
    return () => {
      stopTicks();
      stopKeeping();
    };
  }

  /** Gives the session something to paint on; the returned function takes it away again. */
  attach(screen: Screen): () => void {
    const events = {
      painted: (frame: Frame, size: Size) => this.paintedFrame(frame, size),
      needKey: () => {
        // Where no deltas come, the next frame is a complete one anyway.
        if (this.hello?.delta === true) this.connection.needKey();
      },
    };
    const player = new Player<Frame>(screen, events, this.time);
    player.setVisible(this.visible);
    this.player = player;
    return () => {
      player.close();
      this.dropped += player.dropped;
      this.unreadable += player.undecodable;
      if (this.player === player) this.player = undefined;
    };
  }

  /** Gives the session an overlay to draw on; the returned function takes it away again. */
  attachOverlay(makeOverlay: MakeOverlay): () => void {
    return this.analytics.attach(makeOverlay);
  }

  // The choices are bound to their session, so that components can pass them on as they are.

  readonly chooseAnalytics = (change: Partial<Choices>): void => {
    this.analytics.choose(change);
    this.publish();
  };

  /** Quality that the person has chosen. */
  get choice(): Choice {
    const { mode, rung } = this.quality.view();
    return mode === 'automatic' ? mode : rung;
  }

  readonly choose = (choice: Choice): void => {
    this.quality.choose(choice);
    this.publish();
  };

  readonly chooseStyle = (style: Style): void => {
    this.quality.chooseStyle(style);
    this.publish();
  };

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.player?.setVisible(visible);
    this.analytics.setVisible(visible);
    this.quality.feed({ kind: 'visible', visible });
  }

  retryNow(): void {
    this.connection.retryNow();
  }

  /** Goes on where there was no such camera and now there is one. */
  readonly reopen = (): void => this.connection.reopen();

  private connectionChanged(state: ConnectionState): void {
    this.state = state;
    if (state.kind === 'connecting') {
      this.status = undefined;
      this.analytics.connecting();
      this.pace.reset();
      this.delays.reset();
    }
    this.quality.feed({ kind: 'connected', connected: state.kind === 'open' });
    this.publish();
  }

  private hear(message: ServerMessage): void {
    switch (message.kind) {
      case 'hello':
        this.hello = message;
        this.analytics.hearHello(message);
        this.quality.takeOffer(message);
        break;
      case 'status':
        this.status = message;
        this.quality.feed({ kind: 'status', streaming: delivers(message.state), fps: message.fps });
        break;
      case 'level':
        // An answer to a request may be older than the newest request; only what the server did by itself is
        // news.
        if (message.reason !== 'requested') {
          this.quality.feed({ kind: 'given', rung: { level: message.level, scale: message.scale } });
        }
        break;
      case 'analytics':
        this.analytics.hearResult(message, this.connection.clock?.offsetMs);
        break;
      case 'event':
        this.analytics.hearEvent(message.event, message.atUs);
        break;
      case 'pong':
      case 'unknown':
        break;
    }
  }

  private receive(frame: Frame): void {
    const now = this.time.now();
    const part = partOf(frame);
    const { frame: number, level, scale, slate, jpeg } = frame;
    if (part !== 'refined') this.pace.arrived(now);
    this.pace.took(now, jpeg.byteLength, wholeBytes(frame));
    this.traffic.add(jpeg.byteLength);
    this.quality.feed({
      kind: 'frame',
      number,
      rung: { level, scale },
      bytes: jpeg.byteLength,
      lateMs: this.lateMs(frame, now),
      slate,
      ...(part !== 'whole' && { part }),
    });
    this.analytics.received(frame);
    // Last: the bytes are the player's from here on.
    this.player?.show(frame);
  }

  /**
   * Milliseconds that a frame took longer than an empty message takes; undefined while the clock is unknown.
   */
  private lateMs(frame: Frame, nowMs: number): number | undefined {
    const { clock } = this.connection;
    return clock && Math.max(0, nowMs + clock.offsetMs - frame.capturedUs / 1000 - clock.roundTripMs / 2);
  }

  private paintedFrame(frame: Frame, size: Size): void {
    const now = this.time.now();
    const { clock } = this.connection;
    this.connection.painted(frame.frame, frame.epoch);
    this.pace.painted.add(now);
    const { capturedUs, take, slate, level, scale } = frame;
    const first = this.picture === undefined;
    this.picture = { ...size, rung: { level, scale } };
    const full = { ...frameSize(size, scale, this.hello), shown: timesSize(size, scale) };
    this.analytics.painted({ frame: frame.frame, capturedUs, take, slate, ...full });
    if (clock !== undefined) this.delays.add(Math.max(0, now + clock.offsetMs - frame.capturedUs / 1000));
    // The notice over the picture goes with the first one, not with the next tick.
    if (first) this.publish();
  }

  private tick(): void {
    const now = this.time.now();
    this.pace.tick(now);
    this.quality.feed({ kind: 'tick', paintedFps: this.pace.paintable(now) });
    const fps = this.pace.received.perSecond(now);
    this.quality.sample({ fps, delayMs: fps === 0 ? undefined : this.delays.middle() });
    this.publish();
  }

  /** Name of the camera, as the server says it, or as it was asked for. */
  private get camera(): string | undefined {
    return this.hello?.camera ?? this.asked;
  }

  private keepTraffic(): void {
    if (this.camera !== undefined) this.traffic.keep(this.camera);
  }

  private publish(): void {
    const now = this.time.now();
    const { hello, state, camera } = this;
    this.store.set({
      connection: state,
      retryInS: state.kind === 'waiting' ? Math.max(0, Math.ceil((state.untilMs - now) / 1000)) : undefined,
      camera,
      hello,
      status: this.status,
      quality: this.quality.view(),
      fps: this.pace.received.perSecond(now),
      paintedFps: this.pace.painted.perSecond(now),
      mbit: this.pace.mbit(now),
      wholeMbit: hello?.delta === true ? this.pace.wholeMbit(now) : undefined,
      todayBytes: camera === undefined ? 0 : this.traffic.of(camera),
      delayMs: this.delays.middle(),
      roundTripMs: this.connection.clock?.roundTripMs,
      dropped: this.dropped + (this.player?.dropped ?? 0),
      unreadable: this.unreadable + (this.player?.undecodable ?? 0),
      picture: this.picture,
      analytics: this.analytics.view(),
    });
  }
}
