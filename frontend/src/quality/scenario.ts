// A viewer's life in simulated time, for the controller's tests. In: a link, a camera and what happens when.
// Out: the steps taken, and the last reason. The link is given the newest frame while its queue is short, as
// by a server with its window; the whole link, with round trips and cross traffic, is simulated in
// src/adapt/scenario.rs. Product code never imports this.
import { LEVELS, type Part, type Rung, SCALES } from '../protocol/protocol';
import { Controller } from './controller';
import type { Input, Step } from './decision';
import { cost, isSame, Rungs, type Style } from './rungs';
import { reasonWord } from './words';

/** How often the page asks the controller, as in the session. */
const TICK_MS = 250;

/** Another frame is sent while those under way take no longer than this. */
const QUEUE_MS = 60;

/** Bytes of a frame at full size and level 60. */
const UNIT = 67_000;

/** Bytes of a delta frame that are no blocks. */
const HEADERS = 450;

/** Longest time of the link that a key frame, or a delta in one piece, may take, ms. */
const KEY_MS = 150;

/** Time of the link that one message of a sweep takes, ms. */
const CUT_MS = 1000 / 30;

/** Rows of blocks of a picture. */
const ROWS = 45;

interface Made {
  part: Part;
  bytes: number;
}

export function rungsOf(style: Style = 'smooth', levels = LEVELS, scales = SCALES): Rungs {
  const rungs = Rungs.of(levels, scales, style);
  if (rungs === undefined) throw new Error('a ladder without rungs');
  return rungs;
}

export class Scenario {
  readonly controller: Controller;
  readonly steps: (Step & { atS: number })[] = [];
  /** The last reason given, in words, by a step or by holding. */
  reason = '';
  now = 0;
  captureFps = 34;
  streaming = true;
  slate = false;
  /** Whether the server says how fast the camera is. */
  measures = true;
  /** Megabits a second. */
  mbit: number;
  /** The device paints no more frames a second than this. */
  paints = Infinity;
  /** Share of a picture that changes from frame to frame; undefined: frames are complete pictures. */
  moves: number | undefined;
  /** The rung of the picture that the viewer holds, and the share of it that is still to come. */
  private held: Rung | undefined;
  private left = 0;
  private owed = 0;
  /** Of the last frame captured. */
  private number = 0;
  private underWay: (Made & { number: number; rung: Rung; sentMs: number; atMs: number })[] = [];
  private busyUntil = 0;
  private recent: number[] = [];

  constructor(mbit = 1000, start: Rung = { level: 60, scale: 1 }) {
    this.mbit = mbit;
    this.controller = new Controller(rungsOf(), start, 0.5, 0);
    this.feed({ kind: 'connected', connected: true });
  }

  feed(input: Input): void {
    const decision = this.controller.take(input, this.now);
    if (decision.kind !== 'none') this.reason = reasonWord(decision.reason);
    if (decision.kind === 'step') this.steps.push({ ...decision, atS: this.now / 1000 });
  }

  run(seconds: number): this {
    for (const end = this.now + seconds * 1000; this.now < end;) {
      this.now += 1;
      this.capture();
      this.arrive();
      if (this.measures && this.now % 1000 === 700) {
        this.feed({ kind: 'status', streaming: this.streaming, fps: this.streaming ? this.captureFps : 0 });
      }
      if (this.now % TICK_MS === 0) this.tick();
    }
    return this;
  }

  /** The rungs stepped to, each as level/scale. */
  get path(): string[] {
    return this.steps.map(({ to }) => `${to.level}/${to.scale}`);
  }

  get rung(): Rung {
    return this.controller.rung;
  }

  private capture(): void {
    this.owed += this.captureFps / 1000;
    if (this.owed < 1) return;
    this.owed -= 1;
    this.number += 1;
    if (this.busyUntil - this.now > QUEUE_MS) return;
    const made = this.make();
    this.busyUntil = Math.max(this.busyUntil, this.now) + made.bytes / (this.mbit * 125);
    this.underWay.push({
      ...made,
      number: this.number,
      rung: this.rung,
      sentMs: this.now,
      atMs: this.busyUntil,
    });
  }

  /** What the encoder makes of the newest picture. */
  private make(): Made {
    const whole = Math.round(UNIT * cost(this.rung));
    if (this.moves === undefined) return { part: 'whole', bytes: whole };
    const same = this.held !== undefined && isSame(this.held, this.rung);
    const joins = this.held === undefined;
    this.held = this.rung;
    const rate = this.mbit * 125;
    const delta = Math.round(HEADERS + this.moves * whole);
    if (same && this.left === 0 && delta <= rate * KEY_MS) return { part: 'delta', bytes: delta };
    if (joins || whole <= rate * KEY_MS) {
      this.left = 0;
      return { part: 'whole', bytes: whole };
    }
    if (!same || this.left === 0) this.left = 1;
    const room = rate * CUT_MS;
    const rows = Math.min(Math.max((room - delta) / whole, 1 / ROWS), this.left);
    this.left -= rows;
    return { part: 'sweep', bytes: Math.round(Math.min(delta, room) + rows * whole) };
  }

  private arrive(): void {
    const arrived = this.underWay.filter(({ atMs }) => atMs <= this.now);
    this.underWay = this.underWay.filter(({ atMs }) => atMs > this.now);
    for (const { number, rung, bytes, sentMs, part } of arrived) {
      this.recent = [...this.recent.filter((at) => this.now - at < 2000), this.now];
      this.feed({ kind: 'frame', number, rung, bytes, lateMs: this.now - sentMs, slate: this.slate, part });
    }
  }

  private tick(): void {
    const arriving = this.recent.filter((at) => this.now - at < 2000).length / 2;
    this.feed({ kind: 'tick', paintedFps: arriving === 0 ? undefined : Math.min(arriving, this.paints) });
  }
}
