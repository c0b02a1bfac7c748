// Which rung a viewer should have. In: what it sees of its link, and the time. Out: steps with their reasons.
// Pure but for its own memory: no clock, timer, socket or React; a step is carried out by whoever called.
//
// The same decisions are made in two languages: here, by the page for itself, and on the server for clients
// that cannot adapt (src/adapt/controller.rs). tests/golden/adapt/ keeps them alike, so what is computed here
// is computed there in the same order.
import type { Rung } from '../protocol/protocol';
import { Arrivals } from './arrivals';
import type { Choice, Decision, Input, Pause, Reason } from './decision';
import { Device } from './device';
import { notForTheLink, Patience, PROVED_MS } from './patience';
import { Reference } from './reference';
import { cost, isSame, type Rungs, USUAL_FPS } from './rungs';
import { SLOW_ON_TRIAL_MS, Trial, TRIAL_FPS } from './trial';

/** A step up needs this much time since the last step. */
const UP_EVERY_MS = 1_000;

/** A step up that may be too much waits until a rung has been held this long. */
const TRY_AFTER_MS = 2_000;

/** No judgement on less than this: right after a step one late frame would look like a slow link. */
const JUDGE_AFTER_MS = 2_000;

/** That every frame arrives is seen sooner. */
const JUDGE_ENOUGH_MS = 700;

/** Unless the rate is this share of what is too few already; then this much time is enough. */
const FAR_TOO_FEW = 0.6;
const JUDGE_SOON_MS = 1_000;

/**
 * A rate that is only a little too low has to be so for this long: senders let their queues empty for a fifth
 * of a second now and then to measure the way (BBR, each ten seconds), which a rate over a second remembers
 * for a second.
 */
const SLOW_FOR_MS = 1_400;

/** Without any frame for this long a rung is too much. */
const SILENT_MS = 1_500;

/** Predicted bytes may take up this share of what the link carries: on the way down, and on the way up. */
const DOWN_FITS = 0.95;
const UP_FITS = 0.85;

/** On the way down, the rate that must fit by the rate that is too few: 31 for 29.5 FPS. */
const ROOM = 31 / 29.5;

/**
 * A link that lets less than this share of the camera's frames through is full, and what it carries is known
 * exactly.
 */
const FULL = 0.97;

/** Where less than this share of the link is needed, the link is not what makes frames few. */
const CLEARLY_FREE = 0.8;

/** A device that paints too few frames is judged over this time. */
const JUDGE_PAINT_MS = 3_000;

const NONE: Decision = { kind: 'none' };

/** What is judged: a rate, and what is too few. */
interface Rate {
  readonly fps: number;
  readonly least: number;
}

export class Controller {
  private current: Rung;
  private automatic = true;
  private connected = false;
  private visible = true;
  private streaming = true;
  private slate = false;
  private readonly reference = new Reference();
  private arrivals: Arrivals;
  private readonly patience: Patience;
  /** Bytes of a frame at full size and level 60, as far as frames so far tell. */
  private unit: number | undefined;
  private readonly device = new Device();
  private reachedMs: number;
  private provedMs: number;
  /** Since when the rate has been a little too low. */
  private slowSinceMs: number | undefined;
  /** Of the present rung, where it was tried without knowing whether it fits. */
  private trial: Trial | undefined;

  /** Begins at the ladder's rung nearest to `rung`. `jitter`, 0 to 1, should differ from viewer to viewer. */
  constructor(
    private rungs: Rungs,
    rung: Rung,
    jitter: number,
    nowMs: number,
  ) {
    this.current = rungs.nearest(rung);
    this.arrivals = new Arrivals(nowMs);
    this.patience = new Patience(jitter);
    this.reachedMs = nowMs;
    this.provedMs = nowMs;
  }

  /** The rung that the viewer should have. */
  get rung(): Rung {
    return this.current;
  }

  get isAutomatic(): boolean {
    return this.automatic;
  }

  /** Takes what happened at `nowMs`, milliseconds of any steady clock, and says what to do. */
  take(input: Input, nowMs: number): Decision {
    switch (input.kind) {
      case 'tick':
        return this.decide(input.paintedFps, nowMs);
      case 'rungs':
        return this.fit(input.rungs, nowMs);
      case 'choose':
        return this.choose(input.choice, nowMs);
      case 'given':
        this.given(input.rung, nowMs);
        return NONE;
      case 'frame':
        this.observe(nowMs, () => (this.slate = input.slate));
        if (!input.slate) this.arrivals.add(input, isSame(input.rung, this.current), nowMs);
        return NONE;
      case 'status':
        this.observe(nowMs, () => this.hear(input.streaming, input.fps, nowMs));
        return NONE;
      case 'connected':
        this.observe(nowMs, () => this.connect(input.connected));
        return NONE;
      case 'visible':
        this.observe(nowMs, () => (this.visible = input.visible));
        return NONE;
    }
  }

  private hear(streaming: boolean, fps: number, nowMs: number): void {
    this.streaming = streaming;
    if (!streaming) this.reference.clear();
    // Zero: the server has not seen two frames yet, so it has measured nothing.
    else if (fps > 0) this.reference.add(fps, nowMs);
  }

  private connect(connected: boolean): void {
    this.connected = connected;
    this.streaming = true;
    this.slate = false;
    this.reference.clear();
  }

  /** Takes over what was seen. A pause that ends starts anew: what came before it must not be judged. */
  private observe(nowMs: number, change: () => void): void {
    const paused = this.pause() !== undefined;
    change();
    if (paused && this.pause() === undefined) {
      this.arrivals = new Arrivals(nowMs);
      this.judgeFrom(nowMs);
    }
  }

  private pause(): Pause | undefined {
    if (!this.connected) return 'disconnected';
    if (!this.visible) return 'hidden';
    if (this.slate || !this.streaming) return 'camera_away';
    if (this.reference.isStills) return 'stills';
    return this.automatic ? undefined : 'by_hand';
  }

  private decide(paintedFps: number | undefined, nowMs: number): Decision {
    const pause = this.pause();
    if (pause !== undefined) return hold({ kind: 'paused', pause });
    const bytes = this.arrivals.bytes();
    if (bytes !== undefined) this.unit = bytes / cost(this.current);
    if (this.arrivals.silenceMs(nowMs) >= SILENT_MS) return this.silent(nowMs);
    const spanMs = this.arrivals.spanMs(nowMs);
    const { fps, latest } = this.rates(nowMs);
    const least = this.least(nowMs);
    if (spanMs < JUDGE_ENOUGH_MS) return hold({ kind: 'measuring' });
    const { enough } = this.reference;
    if (fps > enough && latest > enough) {
      this.slowSinceMs = undefined;
      return this.faster({ fps, least }, paintedFps, nowMs);
    }
    if (spanMs < JUDGE_SOON_MS) return hold({ kind: 'measuring' });
    if (latest < least * FAR_TOO_FEW) return this.slower({ fps: latest, least }, nowMs);
    if (spanMs < JUDGE_AFTER_MS) return hold({ kind: 'measuring' });
    // What was bad and is not any more is over.
    if (fps < least && latest < least) {
      this.slowSinceMs ??= nowMs;
      const patientMs = this.triedFrom(nowMs) === undefined ? SLOW_FOR_MS : SLOW_ON_TRIAL_MS;
      return nowMs - this.slowSinceMs >= patientMs
        ? this.slower({ fps, least }, nowMs)
        : hold({ kind: 'measuring' });
    }
    this.slowSinceMs = undefined;
    const slow = this.slowDevice(least, paintedFps, nowMs);
    if (slow !== undefined) return slow;
    this.prove(nowMs);
    return hold({ kind: 'in_band', fps });
  }

  /** Too few frames arrive: down, by as many rungs as their predicted bytes demand. */
  private slower({ fps, least }: Rate, nowMs: number): Decision {
    const nearly = fps >= least * FAR_TOO_FEW;
    const back = nearly ? this.triedFrom(nowMs) : undefined;
    const latest = this.arrivals.latestCapacity(nowMs);
    const measured = back !== undefined ? this.arrivals.capacity(nowMs) : latest && DOWN_FITS * latest;
    // Without a measurement the link is to blame, but not known.
    const known = measured !== undefined && this.needed(this.current, least) > CLEARLY_FREE * measured;
    const capacity = known ? measured : undefined;
    const fits = (rung: Rung) => capacity === undefined || this.neededAtLeast(rung) <= capacity;
    const to = this.rungs.below(
      this.current,
      (rung) => (back === undefined || cost(rung) <= cost(back)) && fits(rung),
    );
    if (to === undefined) return hold({ kind: 'lowest', fps });
    this.patience.left({ rung: this.current, capacity, nearly }, this.reachedMs, nowMs);
    const step = this.step(to, { kind: 'slow', fps, least }, nowMs);
    // Whether that one fits is not known either.
    if (back !== undefined) this.trial = new Trial(to, nowMs);
    return step;
  }

  /**
   * Nothing arrives: down to half the bytes. That is no failure of the rung, since nobody knows whether the
   * link stands still.
   */
  private silent(nowMs: number): Decision {
    const to = this.rungs.below(this.current, (rung) => cost(rung) <= cost(this.current) / 2);
    return to === undefined ? hold({ kind: 'lowest', fps: 0 }) : this.step(to, { kind: 'silent' }, nowMs);
  }

  /** Frames arrive, but the device does not keep up with them. */
  private slowDevice(least: number, paintedFps: number | undefined, nowMs: number): Decision | undefined {
    if (paintedFps === undefined || this.arrivals.spanMs(nowMs) < JUDGE_PAINT_MS) return undefined;
    const verdict = this.device.judge(paintedFps, this.arrivals.clockFps(nowMs), least);
    if (verdict === 'keeps_up') return undefined;
    if (verdict === 'slow_anyway') return hold({ kind: 'device_anyway', paintedFps });
    const to = this.rungs.below(this.current, () => true);
    if (to === undefined) return undefined;
    this.patience.failed(notForTheLink(this.current), nowMs);
    return this.step(to, { kind: 'device', paintedFps }, nowMs);
  }

  /** All frames arrive: up by one rung, if that fits or may be tried. */
  private faster({ fps, least }: Rate, paintedFps: number | undefined, nowMs: number): Decision {
    const slow = this.slowDevice(least, paintedFps, nowMs);
    if (slow !== undefined) return slow;
    this.prove(nowMs);
    this.patience.carried(this.needed(this.current, fps));
    const capacity = this.arrivals.capacity(nowMs) ?? 0;
    const refuge = this.rungs.refugeAbove(this.current);
    const reachable = refuge !== undefined && this.neededUp(refuge) <= DOWN_FITS * capacity;
    const next = reachable ? refuge : this.rungs.above(this.current);
    if (next === undefined) return hold({ kind: 'highest', fps });
    const needed = this.neededUp(next);
    // What so few frames say about the link is not enough to try.
    if (needed > UP_FITS * capacity && this.arrivals.clockFps(nowMs) < least) return hold({ kind: 'still' });
    const waitMs = this.patience.waitMs(next, needed, capacity, nowMs);
    if (waitMs > 0) return hold({ kind: 'not_yet', next, waitMs });
    if (needed > capacity && Math.min(this.rates(nowMs).latest, fps) < FULL * this.reference.highest) {
      return hold({ kind: 'no_room', next });
    }
    const patientMs = needed <= UP_FITS * capacity ? UP_EVERY_MS : TRY_AFTER_MS;
    if (nowMs - this.reachedMs < patientMs) return hold({ kind: 'measuring' });
    const trial = needed > UP_FITS * capacity ? new Trial(this.current, nowMs) : undefined;
    const step = this.step(next, { kind: 'room', fps }, nowMs);
    this.trial = trial;
    return step;
  }

  /** Frames a second that arrive: over the whole window, and of late. */
  private rates(nowMs: number): { fps: number; latest: number } {
    const offered = this.reference.highest;
    return { fps: this.arrivals.fps(offered, nowMs), latest: this.arrivals.latestFps(offered, nowMs) };
  }

  /** Where the rung was tried from, while it is on trial. */
  private triedFrom(nowMs: number): Rung | undefined {
    return this.trial?.from(nowMs);
  }

  /** Too few frames a second. */
  private least(nowMs: number): number {
    const usual = this.rungs.leastFps(this.current);
    const onTrial = usual === USUAL_FPS && this.triedFrom(nowMs) !== undefined;
    return this.reference.tooFew(onTrial ? TRIAL_FPS : usual);
  }

  /** Bytes a second that a rung is predicted to take at a frame rate. */
  private needed(rung: Rung, fps: number): number {
    return this.unit === undefined ? 0 : this.unit * cost(rung) * fps;
  }

  /** The same at the rate it would have when it is reached from below. */
  private neededUp(rung: Rung): number {
    return this.rungs.leastFps(rung) < USUAL_FPS
      ? this.neededAtLeast(rung)
      : this.needed(rung, this.reference.highest);
  }

  /** The same at the least rate it is held at, with some room. */
  private neededAtLeast(rung: Rung): number {
    return this.needed(rung, this.reference.tooFew(this.rungs.leastFps(rung)) * ROOM);
  }

  private prove(nowMs: number): void {
    if (nowMs - this.provedMs < PROVED_MS) return;
    this.patience.proved(this.current);
    this.provedMs = nowMs;
  }

  private step(to: Rung, reason: Reason, nowMs: number): Decision {
    const from = this.current;
    this.moveTo(to, nowMs);
    return { kind: 'step', from, to, reason };
  }

  /** What arrived at the rung before must not speak for this one. */
  private moveTo(rung: Rung, nowMs: number): void {
    this.current = rung;
    this.trial = undefined;
    this.arrivals.restart(nowMs);
    this.judgeFrom(nowMs);
  }

  private judgeFrom(nowMs: number): void {
    this.reachedMs = this.provedMs = nowMs;
    this.slowSinceMs = undefined;
  }

  /** The server gave another rung than the one asked for: that one is not to be had now. */
  private given(rung: Rung, nowMs: number): void {
    if (isSame(rung, this.current)) return;
    if (cost(rung) < cost(this.current))
      this.patience.failed(notForTheLink(this.rungs.above(rung) ?? this.current), nowMs);
    this.moveTo(rung, nowMs);
  }

  private fit(rungs: Rungs, nowMs: number): Decision {
    this.rungs = rungs;
    return this.automatic ? this.stepOnto(rungs.nearest(this.current), { kind: 'offered' }, nowMs) : NONE;
  }

  private choose(choice: Choice, nowMs: number): Decision {
    if (choice === 'automatic') {
      this.observe(nowMs, () => (this.automatic = true));
      return this.stepOnto(this.rungs.nearest(this.current), { kind: 'offered' }, nowMs);
    }
    this.automatic = false;
    return this.stepOnto(choice, { kind: 'chosen' }, nowMs);
  }

  private stepOnto(to: Rung, reason: Reason, nowMs: number): Decision {
    return isSame(to, this.current) ? NONE : this.step(to, reason, nowMs);
  }
}

function hold(reason: Reason): Decision {
  return { kind: 'hold', reason };
}
