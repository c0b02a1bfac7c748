// Which rung a viewer should have. In: what it sees of its link, and the time. Out: steps with their reasons.
// Pure but for its own memory: no clock, timer, socket or React; a step is carried out by whoever called.
//
// These decisions are made in two languages: here, by the page for itself, and on the server for clients
// that cannot adapt (src/adapt/controller.rs). tests/golden/adapt/ keeps them alike, so what is computed here
// is computed there in the same order.
import type { Rung } from '../protocol/protocol';
import { Arrivals } from './arrivals';
import { type Candidate, fits, hasNoRoom, patientMs } from './candidate';
import type { Choice, Decision, Input, Pause, Reason } from './decision';
import { Device } from './device';
import { Forecast } from './forecast';
import { isNearlyEnough, judge, type Rate, type Rates } from './judgement';
import { notForTheLink, Patience } from './patience';
import { Presence } from './presence';
import { Reference } from './reference';
import { cost, isSame, type Rungs, USUAL_FPS } from './rungs';
import { Stay } from './stay';
import { Trial, TRIAL_FPS } from './trial';

/** Longest time without any frame before a rung is too much, ms. */
const SILENT_MS = 1_500;

/** Largest share of what the link carries that a rung's predicted bytes may take on the way down. */
const DOWN_FITS = 0.95;

/** Where less than this share of the link is needed, the link is not what makes frames few. */
const CLEARLY_FREE = 0.8;

/** Shortest time over which a device that paints too few frames is judged, ms. */
const JUDGE_PAINT_MS = 3_000;

const NONE: Decision = { kind: 'none' };

/** Decides for one viewer. */
export class Controller {
  private current: Rung;
  private automatic = true;
  private readonly presence = new Presence();
  private readonly reference = new Reference();
  private arrivals: Arrivals;
  private readonly patience: Patience;
  private readonly forecast = new Forecast();
  private readonly device = new Device();
  private stay: Stay;

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
    this.stay = new Stay(nowMs);
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
        return this.takeLadder(input.rungs, nowMs);
      case 'choose':
        return this.choose(input.choice, nowMs);
      case 'given':
        this.given(input.rung, nowMs);
        return NONE;
      case 'frame':
        this.observe(nowMs, () => (this.presence.slate = input.slate));
        if (!input.slate) this.arrivals.add(input, isSame(input.rung, this.current), nowMs);
        return NONE;
      case 'status':
        this.observe(nowMs, () => this.hear(input.streaming, input.fps, nowMs));
        return NONE;
      case 'connected':
        this.observe(nowMs, () => this.connect(input.connected));
        return NONE;
      case 'visible':
        this.observe(nowMs, () => (this.presence.visible = input.visible));
        return NONE;
    }
  }

  /** Takes how the camera fares. */
  private hear(streaming: boolean, fps: number, nowMs: number): void {
    this.presence.streaming = streaming;
    if (!streaming) this.reference.clear();
    // Zero: the server has not seen two frames yet, so it has measured nothing.
    else if (fps > 0) this.reference.add(fps, nowMs);
  }

  private connect(connected: boolean): void {
    this.presence.connect(connected);
    this.reference.clear();
  }

  /** Takes over what was seen. A pause that ends starts anew: what came before it must not be judged. */
  private observe(nowMs: number, change: () => void): void {
    const paused = this.pause() !== undefined;
    change();
    if (paused && this.pause() === undefined) {
      this.arrivals = new Arrivals(nowMs);
      this.stay.resume(nowMs);
    }
  }

  /** Why nothing is judged; undefined where something is. */
  private pause(): Pause | undefined {
    const { pause } = this.presence;
    if (pause !== undefined) return pause;
    if (this.reference.isStills) return 'stills';
    return this.automatic ? undefined : 'by_hand';
  }

  private decide(paintedFps: number | undefined, nowMs: number): Decision {
    const pause = this.pause();
    if (pause !== undefined) return hold({ kind: 'paused', pause });
    const sizes = this.arrivals.sizes(nowMs);
    if (sizes !== undefined) this.forecast.learn(this.current, sizes, nowMs);
    if (this.arrivals.silenceMs(nowMs) >= SILENT_MS) return this.silent(nowMs);
    const rates = this.rates(nowMs);
    switch (judge(rates, this.reference.enough, this.arrivals.spanMs(nowMs))) {
      case 'measuring':
        return hold({ kind: 'measuring' });
      case 'enough':
        return this.faster(rates, paintedFps, nowMs);
      case 'in_band':
        return this.inBand(rates, paintedFps, nowMs);
      case 'too_few':
        return this.ratherSlow(rates, nowMs);
      case 'far_too_few':
        return this.slower({ fps: rates.latest, least: rates.least }, nowMs);
    }
  }

  /** Waits while the rate is only a little too low, but not for long. */
  private ratherSlow(rate: Rate, nowMs: number): Decision {
    return this.stay.ratherSlow(nowMs) ? this.slower(rate, nowMs) : hold({ kind: 'measuring' });
  }

  /** Stays where the rate is as it should be, unless the device is slow. */
  private inBand({ fps, least }: Rates, paintedFps: number | undefined, nowMs: number): Decision {
    this.stay.well();
    const slow = this.slowDevice(least, paintedFps, nowMs);
    if (slow !== undefined) return slow;
    this.prove(nowMs);
    return hold({ kind: 'in_band', fps });
  }

  /** Goes down where too few frames arrive, by as many rungs as their predicted bytes demand. */
  private slower(rate: Rate, nowMs: number): Decision {
    const { fps, least } = rate;
    const nearly = isNearlyEnough(rate);
    const back = nearly ? this.stay.triedFrom(nowMs) : undefined;
    const capacity = this.knownCapacity(back, least, nowMs);
    const carried = (rung: Rung) =>
      capacity === undefined || this.forecast.neededAtLeast(rung, this.rungs, this.reference) <= capacity;
    const to = this.rungs.below(
      this.current,
      (rung) => (back === undefined || cost(rung) <= cost(back)) && carried(rung),
    );
    if (to === undefined) return hold({ kind: 'lowest', fps });
    this.patience.left({ rung: this.current, capacity, nearly }, this.stay.reachedMs, nowMs);
    const step = this.step(to, { kind: 'slow', fps, least }, nowMs);
    // Whether that one fits is not known either.
    if (back !== undefined) this.stay.trial = new Trial(to, nowMs);
    return step;
  }

  /**
   * Bytes a second that the link is known to carry and that a rung below may take; `back` is where a trial
   * that ends now began. Undefined where nothing has been measured, or the link is not what makes frames few.
   */
  private knownCapacity(back: Rung | undefined, least: number, nowMs: number): number | undefined {
    const latest = this.arrivals.latestCapacity(nowMs);
    const capacity = back !== undefined ? this.arrivals.capacity(nowMs) : latest && DOWN_FITS * latest;
    if (capacity === undefined) return undefined;
    return this.forecast.neededNow(this.current, least) > CLEARLY_FREE * capacity ? capacity : undefined;
  }

  /**
   * Goes down to half the bytes where nothing arrives. That is no failure of the rung, since nobody knows
   * whether the link stands still.
   */
  private silent(nowMs: number): Decision {
    const to = this.rungs.below(this.current, (rung) => cost(rung) <= cost(this.current) / 2);
    return to === undefined ? hold({ kind: 'lowest', fps: 0 }) : this.step(to, { kind: 'silent' }, nowMs);
  }

  /**
   * Goes down, or says why not, where frames arrive but the device does not keep up with them; undefined
   * where it does.
   */
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

  /** Goes up by one rung where all frames arrive, if that fits or may be tried. */
  private faster(rates: Rates, paintedFps: number | undefined, nowMs: number): Decision {
    const { fps, least } = rates;
    this.stay.well();
    const slow = this.slowDevice(least, paintedFps, nowMs);
    if (slow !== undefined) return slow;
    this.prove(nowMs);
    this.patience.carried(this.forecast.needed(this.current, fps));
    const candidate = this.candidate(nowMs);
    if (candidate === undefined) return hold({ kind: 'highest', fps });
    const reason = this.keepsFrom(candidate, rates, nowMs);
    if (reason !== undefined) return hold(reason);
    const trial = fits(candidate) ? undefined : new Trial(this.current, nowMs);
    const step = this.step(candidate.rung, { kind: 'room', fps }, nowMs);
    this.stay.trial = trial;
    return step;
  }

  /** The rung that would be next on the way up: a refuge that fits, else the next dearer one. */
  private candidate(nowMs: number): Candidate | undefined {
    const capacity = this.arrivals.capacity(nowMs) ?? 0;
    const neededBy = (rung: Rung) => this.forecast.neededUp(rung, this.rungs, this.reference);
    const refuge = this.rungs.refugeAbove(this.current);
    const reachable = refuge !== undefined && neededBy(refuge) <= DOWN_FITS * capacity;
    const rung = reachable ? refuge : this.rungs.above(this.current);
    return rung && { rung, needed: neededBy(rung), capacity };
  }

  /** Why the step up to a rung is not taken now; undefined where it is. */
  private keepsFrom(candidate: Candidate, rates: Rates, nowMs: number): Reason | undefined {
    const { rung: next, needed, capacity } = candidate;
    // What so few frames say about the link is not enough to try.
    if (!fits(candidate) && this.arrivals.clockFps(nowMs) < rates.least) return { kind: 'still' };
    const waitMs = this.patience.waitMs(next, needed, capacity, nowMs);
    if (waitMs > 0) return { kind: 'not_yet', next, waitMs };
    if (hasNoRoom(candidate, rates, this.reference.highest)) return { kind: 'no_room', next };
    return nowMs - this.stay.reachedMs < patientMs(candidate) ? { kind: 'measuring' } : undefined;
  }

  /** Frames a second that arrive, and what is too few. */
  private rates(nowMs: number): Rates {
    const offered = this.reference.highest;
    return {
      fps: this.arrivals.fps(offered, nowMs),
      latest: this.arrivals.latestFps(offered, nowMs),
      least: this.least(nowMs),
    };
  }

  /** Frames a second that are too few at this rung now. */
  private least(nowMs: number): number {
    const usual = this.rungs.leastFps(this.current);
    const onTrial = usual === USUAL_FPS && this.stay.triedFrom(nowMs) !== undefined;
    return this.reference.tooFew(onTrial ? TRIAL_FPS : usual);
  }

  /** Tells the patience each time that the rung has been held for long enough. */
  private prove(nowMs: number): void {
    if (this.stay.held(nowMs)) this.patience.proved(this.current);
  }

  private step(to: Rung, reason: Reason, nowMs: number): Decision {
    const from = this.current;
    this.moveTo(to, nowMs);
    return { kind: 'step', from, to, reason };
  }

  /** Takes another rung. What arrived at the one before must not speak for it. */
  private moveTo(rung: Rung, nowMs: number): void {
    this.current = rung;
    this.stay = new Stay(nowMs);
    this.arrivals.restart(nowMs);
  }

  /** Takes the rung that the server gave. One that was asked for and not given is not to be had now. */
  private given(rung: Rung, nowMs: number): void {
    if (isSame(rung, this.current)) return;
    if (cost(rung) < cost(this.current))
      this.patience.failed(notForTheLink(this.rungs.above(rung) ?? this.current), nowMs);
    this.moveTo(rung, nowMs);
  }

  /** Takes another ladder. */
  private takeLadder(rungs: Rungs, nowMs: number): Decision {
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
