// The quality of one viewer, put together: the controller, what it did lately, and what the person wants. In:
// what the viewer sees, and choices. Out: rungs to ask for, and a view for the page. Nothing is decided here
// that the controller could decide.
import { type Hello, isLevel, LEVELS, type Rung, SCALES } from '../protocol/protocol';
import type { Keeper } from '../storage/keeper';
import type { Time } from '../time/time';
import { Controller } from './controller';
import type { Choice, Decision, Input, Reason } from './decision';
import { type Figures, History, type Past } from './history';
import { Rungs, type Style } from './rungs';
import { keptStyle, styleText } from './style';

/** A good picture that most links carry; the controller takes it from there. */
export const START: Rung = { level: 60, scale: 1 };

export interface QualityView {
  mode: 'automatic' | 'manual';
  rung: Rung;
  /** What is on offer: levels from the lowest, scales from the largest picture. */
  levels: readonly number[];
  scales: readonly number[];
  style: Style;
  /** Why the rung is what it is, right now. */
  reason: Reason;
  history: Past;
  nowMs: number;
}

export interface QualityParts {
  time: Time;
  random: () => number;
  choice: Choice;
  /** Scale of the largest picture that is asked for. */
  largest: number;
  keeper: Keeper;
  /** Asks the server for another rung. */
  ask: (rung: Rung) => void;
}

export class Quality {
  private readonly controller: Controller;
  private readonly history = new History();
  private style: Style;
  private levels = LEVELS;
  private scales: readonly number[];
  private reason: Reason = { kind: 'paused', pause: 'disconnected' };

  constructor(private readonly parts: QualityParts) {
    this.style = keptStyle(parts.keeper.load());
    const now = parts.time.now();
    this.scales = SCALES.filter((scale) => scale >= parts.largest);
    const rungs = Rungs.of(LEVELS, this.scales, this.style);
    if (rungs === undefined) throw new Error('the protocol has levels and scales');
    const start = { ...START, scale: Math.max(START.scale, parts.largest) };
    this.controller = new Controller(rungs, start, parts.random(), now);
    // Nothing is to be asked for yet: the connection begins with this rung.
    if (parts.choice !== 'automatic') this.controller.take({ kind: 'choose', choice: parts.choice }, now);
  }

  get rung(): Rung {
    return this.controller.rung;
  }

  feed(input: Input): void {
    this.carryOut(this.controller.take(input, this.parts.time.now()));
  }

  /** Takes the levels and scales that a server offers. A rung chosen by hand is brought inside. */
  takeOffer({ levels, scales }: Hello): void {
    this.levels = levels.filter(isLevel);
    this.scales = SCALES.filter((scale) => scales.includes(scale) && scale >= this.parts.largest);
    this.feedRungs();
    if (!this.controller.isAutomatic) this.choose(this.rung);
  }

  choose(choice: Choice): void {
    this.reason = choice === 'automatic' ? { kind: 'measuring' } : { kind: 'chosen' };
    this.feed({ kind: 'choose', choice: choice === 'automatic' ? choice : this.inside(choice) });
  }

  chooseStyle(style: Style): void {
    this.style = style;
    this.parts.keeper.save(styleText(style));
    this.feedRungs();
  }

  /** Remembers the figures of this second. */
  sample(figures: Figures): void {
    const pause = this.reason.kind === 'paused' ? this.reason.pause : undefined;
    this.history.sample({ ...figures, rung: this.rung, pause, atMs: this.parts.time.now() });
  }

  view(): QualityView {
    const { levels, scales, style, reason, rung } = this;
    const mode = this.controller.isAutomatic ? 'automatic' : 'manual';
    return {
      mode,
      rung,
      levels,
      scales,
      style,
      reason,
      history: this.history.past,
      nowMs: this.parts.time.now(),
    };
  }

  private feedRungs(): void {
    const rungs = Rungs.of(this.levels, this.scales, this.style);
    // A server that offers nothing known here has the last word anyway.
    if (rungs !== undefined) this.feed({ kind: 'rungs', rungs });
  }

  private inside({ level, scale }: Rung): Rung {
    const highest = this.levels.findLast((each) => each <= level) ?? this.levels[0];
    const smallest = this.scales.findLast((each) => each <= scale) ?? this.scales[0];
    return { level: highest ?? level, scale: smallest ?? scale };
  }

  private carryOut(decision: Decision): void {
    if (decision.kind === 'none') return;
    this.reason = decision.reason;
    if (decision.kind === 'hold') return;
    this.history.step(decision, this.parts.time.now());
    this.parts.ask(decision.to);
  }
}
