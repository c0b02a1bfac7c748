// One viewer, put together: connection, player, quality controller and analytics. In: an address, the person's choices, whether
// the page can be seen. Out: painted frames, and a snapshot in the store a few times a second. The only place that knows all
// four; no React, and nothing is decided here that the controller could decide.
import { Analytics } from '../analytics/analytics';
import { frameSize, timesSize } from '../analytics/geometry';
import type { Choices, Keeper } from '../analytics/layers';
import type { Overlay } from '../analytics/overlay_canvas';
import type { AskStatus } from '../analytics/service';
import { Connection, type ConnectionParts, type ConnectionState, type Frame } from '../connection/connection';
import type { Decode } from '../player/decoder';
import { Player, type Picture, type Surface } from '../player/player';
import type { Hello, ServerMessage, Status } from '../protocol/protocol';
import { type Decision, quality, type QualityInput, type QualityState, startQuality } from '../quality/controller';
import { every, type Time } from '../time/time';
import { RateMeter, RecentValues } from './meter';
import { emptySnapshot, type LastStep, type Snapshot } from './snapshot';
import { createStore } from './store';

/** Four times a second is as fast as figures can be read. */
const PUBLISH_MS = 250;

export type SessionParts = ConnectionParts & { choice: 'automatic' | number; keeper: Keeper; askStatus: AskStatus };

export class Session {
  readonly store = createStore<Snapshot>(emptySnapshot);
  private readonly time: Time;
  private readonly connection: Connection;
  private readonly analytics: Analytics;
  private quality: QualityState;
  private reason = 'not connected';
  private lastStep: (Omit<LastStep, 'secondsAgo'> & { atMs: number }) | undefined;
  private state: ConnectionState = { kind: 'stopped' };
  private hello: Hello | undefined;
  private status: Status | undefined;
  private player: Player<Picture, Frame> | undefined;
  private picture: Snapshot['picture'];
  private unreadable = 0;
  private visible = true;
  private stopTicking: (() => void) | undefined;
  private readonly received = new RateMeter();
  private readonly painted = new RateMeter();
  private readonly delays = new RecentValues();

  constructor(parts: SessionParts) {
    this.time = parts.time;
    this.quality = startQuality(parts.choice, parts.time.now());
    this.connection = new Connection(parts, this.quality.level, {
      state: (state) => this.connectionChanged(state),
      frame: (frame) => this.receive(frame),
      message: (message) => this.hear(message),
      error: () => {
        this.unreadable++;
      },
    });
    const want = (results: boolean) => this.connection.setAnalytics(results);
    this.analytics = new Analytics({ ...parts, want });
  }

  start(): void {
    this.stopTicking ??= every(this.time, PUBLISH_MS, () => this.tick());
    this.connection.start();
  }

  stop(): void {
    this.stopTicking?.();
    this.stopTicking = undefined;
    this.connection.stop();
  }

  /** Gives the session something to paint on; the returned function takes it away again. */
  attach<P extends Picture>(surface: Surface<P>, decode: Decode<P>): () => void {
    const player = new Player<P, Frame>(decode, surface, (frame, size) => this.paintedFrame(frame, size));
    player.setVisible(this.visible);
    this.player = player;
    return () => {
      player.close();
      if (this.player === player) this.player = undefined;
    };
  }

  /** The same for what is drawn over the picture. */
  attachOverlay(makeOverlay: (redraw: () => void) => Overlay | undefined): () => void {
    return this.analytics.attach(makeOverlay);
  }

  chooseAnalytics(change: Partial<Choices>): void {
    this.analytics.choose(change);
    this.publish();
  }

  choose(choice: 'automatic' | number): void {
    this.feed({ kind: 'choose', choice });
    this.reason = choice === 'automatic' ? 'measuring' : 'chosen by hand';
    this.publish();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.player?.setVisible(visible);
    this.analytics.setVisible(visible);
    this.feed({ kind: 'visible', visible });
  }

  retryNow(): void {
    this.connection.retryNow();
  }

  private connectionChanged(state: ConnectionState): void {
    this.state = state;
    if (state.kind === 'connecting') {
      this.status = undefined;
      this.analytics.connecting();
      for (const meter of [this.received, this.painted, this.delays]) meter.reset();
    }
    this.feed({ kind: 'connected', connected: state.kind === 'open' });
    this.publish();
  }

  private hear(message: ServerMessage): void {
    switch (message.kind) {
      case 'hello':
        this.hello = message;
        this.analytics.hearHello(message);
        this.feed({ kind: 'ladder', levels: message.levels });
        break;
      case 'status':
        this.status = message;
        this.feed({ kind: 'status', camera: message.state, fps: message.fps });
        break;
      case 'level':
        // An answer to a request may be older than the newest request; only what the server did by itself is news.
        if (message.reason !== 'requested') this.feed({ kind: 'given', level: message.level });
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
    this.received.add(this.time.now());
    this.feed({ kind: 'frame', slate: frame.slate });
    this.player?.show(frame);
  }

  private paintedFrame(frame: Frame, size: { width: number; height: number }): void {
    const now = this.time.now();
    const { clock } = this.connection;
    this.connection.painted(frame.frame, frame.epoch);
    this.painted.add(now);
    this.picture = { ...size, level: frame.level };
    const { capturedUs, slate, scale } = frame;
    const full = { ...frameSize(size, scale, this.hello), shown: timesSize(size, scale) };
    this.analytics.painted({ frame: frame.frame, capturedUs, slate, ...full });
    if (clock !== undefined) this.delays.add(Math.max(0, now + clock.offsetMs - frame.capturedUs / 1000));
  }

  private tick(): void {
    this.feed({ kind: 'tick' });
    this.publish();
  }

  private feed(input: QualityInput): void {
    const { state, decision } = quality(this.quality, input, this.time.now());
    this.quality = state;
    this.follow(decision);
  }

  private follow(decision: Decision): void {
    if (decision.kind === 'none') return;
    this.reason = decision.reason;
    if (decision.kind === 'hold') return;
    const { from, to, reason } = decision;
    this.lastStep = { from, to, reason, atMs: this.time.now() };
    this.connection.setLevel(to);
  }

  private publish(): void {
    const now = this.time.now();
    const { hello, state, lastStep } = this;
    const { mode, level } = this.quality;
    const ago = lastStep && { ...lastStep, secondsAgo: Math.round((now - lastStep.atMs) / 1000) };
    this.store.set({
      connection: state,
      retryInS: state.kind === 'waiting' ? Math.max(0, Math.ceil((state.untilMs - now) / 1000)) : undefined,
      hello,
      status: this.status,
      quality: { mode, level, levels: hello?.levels ?? emptySnapshot.quality.levels, reason: this.reason, lastStep: ago },
      fps: this.received.perSecond(now),
      paintedFps: this.painted.perSecond(now),
      delayMs: this.delays.middle(),
      roundTripMs: this.connection.clock?.roundTripMs,
      dropped: this.player?.dropped ?? 0,
      unreadable: this.unreadable + (this.player?.undecodable ?? 0),
      picture: this.picture,
      analytics: this.analytics.view(),
    });
  }
}
