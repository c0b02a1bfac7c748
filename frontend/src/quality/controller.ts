// Which level to ask for. In: what the viewer sees (frames, status, connection, tab, the person's choice) and the time.
// Out: the next state and a decision with its reason. Pure: no clock, timer, socket or React; a step is carried out by
// whoever called.
import { type CameraState, HIGHEST_LEVEL, LEVEL_STEP, LOWEST_LEVEL } from '../protocol/protocol';
import { failed, left, noFailures, type Patience, proved, PROVED_MS, waitFor } from './patience';
import { addRate, type CaptureRate, thresholds } from './reference';
import { addArrival, type FrameWindow, openWindow, rateOf } from './window';

/** No judgement on less than this: half a second after a step, one late frame would look like a slow link. */
export const JUDGE_AFTER_MS = 2_000;
export const DECIDE_EVERY_MS = 1_000;

export type Mode = 'automatic' | 'manual';

export type QualityInput =
  | { kind: 'frame'; slate: boolean }
  | { kind: 'status'; camera: CameraState; fps: number }
  | { kind: 'connected'; connected: boolean }
  | { kind: 'visible'; visible: boolean }
  | { kind: 'ladder'; levels: readonly number[] }
  | { kind: 'given'; level: number }
  | { kind: 'choose'; choice: 'automatic' | number }
  | { kind: 'tick' };

export interface QualityState {
  readonly mode: Mode;
  readonly level: number;
  readonly lowest: number;
  readonly highest: number;
  readonly connected: boolean;
  readonly visible: boolean;
  readonly camera: CameraState | undefined;
  readonly slate: boolean;
  readonly rates: readonly CaptureRate[];
  readonly window: FrameWindow;
  readonly patience: Patience;
  /** When this level was reached, or judging it began again after a freeze. */
  readonly reachedMs: number;
  /** When it last proved itself by being held, or else was reached. */
  readonly provedMs: number;
  readonly decidedMs: number;
}

export type Decision =
  | { kind: 'none' }
  | { kind: 'hold'; reason: string }
  | { kind: 'step'; from: number; to: number; reason: string };

export interface Outcome {
  state: QualityState;
  decision: Decision;
}

const NONE: Decision = { kind: 'none' };

export function startQuality(choice: 'automatic' | number, nowMs: number): QualityState {
  return {
    mode: choice === 'automatic' ? 'automatic' : 'manual',
    level: choice === 'automatic' ? HIGHEST_LEVEL : choice,
    lowest: LOWEST_LEVEL,
    highest: HIGHEST_LEVEL,
    connected: false,
    visible: true,
    camera: undefined,
    slate: false,
    rates: [],
    window: openWindow(nowMs, true),
    patience: noFailures,
    reachedMs: nowMs,
    provedMs: nowMs,
    decidedMs: nowMs,
  };
}

export function quality(state: QualityState, input: QualityInput, nowMs: number): Outcome {
  switch (input.kind) {
    case 'frame':
      return observe({ ...state, slate: input.slate, window: addArrival(state.window, nowMs) }, state, nowMs);
    case 'status':
      return observe({ ...state, camera: input.camera, rates: ratesAfter(state, input, nowMs) }, state, nowMs);
    case 'connected':
      return observe({ ...state, connected: input.connected, camera: undefined, rates: [], slate: false }, state, nowMs);
    case 'visible':
      return observe({ ...state, visible: input.visible }, state, nowMs);
    case 'ladder':
      return fit(state, input.levels, nowMs);
    case 'given':
      return { state: given(state, input.level, nowMs), decision: NONE };
    case 'choose':
      return choose(state, input.choice, nowMs);
    case 'tick':
      return nowMs - state.decidedMs < DECIDE_EVERY_MS
        ? { state, decision: NONE }
        : decide({ ...state, decidedMs: nowMs }, nowMs);
  }
}

/** Why nothing is judged now, if so. */
function frozen(state: QualityState): string | undefined {
  if (!state.connected) return 'not connected';
  if (!state.visible) return 'paused while this tab is hidden';
  if (state.slate || (state.camera !== undefined && state.camera !== 'streaming')) return 'paused while the camera is away';
  if (thresholds(state.rates) === undefined) return 'paused while the camera gives single pictures';
  return state.mode === 'manual' ? 'chosen by hand' : undefined;
}

/** Takes over what was seen. A freeze that ends opens a new window: what came before it must not be judged. */
function observe(next: QualityState, before: QualityState, nowMs: number): Outcome {
  const thawed = frozen(before) !== undefined && frozen(next) === undefined;
  const connected = next.connected && !before.connected;
  return { state: thawed || connected ? reopen(next, nowMs) : next, decision: NONE };
}

function reopen(state: QualityState, nowMs: number): QualityState {
  return { ...state, window: openWindow(nowMs, true), reachedMs: nowMs, provedMs: nowMs };
}

function ratesAfter(state: QualityState, status: { camera: CameraState; fps: number }, nowMs: number) {
  if (status.camera !== 'streaming') return [];
  // Zero: the server has not seen two frames yet, so it has measured nothing. A camera that stays that slow is not streaming.
  return status.fps > 0 ? addRate(state.rates, status.fps, nowMs) : state.rates;
}

function decide(state: QualityState, nowMs: number): Outcome {
  const pause = frozen(state);
  const limits = thresholds(state.rates);
  if (pause !== undefined || limits === undefined) return hold(state, pause ?? 'paused');
  const { fps, spanMs } = rateOf(state.window, nowMs);
  if (spanMs < JUDGE_AFTER_MS) return hold(state, 'measuring');
  if (fps < limits.down) return down(state, `${fps.toFixed(1)} FPS is below ${limits.down.toFixed(1)}`, nowMs);
  const settled = nowMs - state.provedMs < PROVED_MS ? state : prove(state, nowMs);
  if (fps > limits.up) return up(settled, `${fps.toFixed(1)} FPS is above ${limits.up.toFixed(1)}`, nowMs);
  return hold(settled, `${fps.toFixed(1)} FPS is between ${limits.down.toFixed(1)} and ${limits.up.toFixed(1)}`);
}

function prove(state: QualityState, nowMs: number): QualityState {
  return { ...state, patience: proved(state.patience, state.level), provedMs: nowMs };
}

function down(state: QualityState, reason: string, nowMs: number): Outcome {
  const to = Math.max(state.lowest, state.level - LEVEL_STEP);
  if (to >= state.level) return hold(state, `${reason}, and this is the lowest level`);
  return step(state, to, { reason, patience: left(state.patience, state.level, state.reachedMs, nowMs) }, nowMs);
}

function up(state: QualityState, reason: string, nowMs: number): Outcome {
  const to = Math.min(state.highest, state.level + LEVEL_STEP);
  if (to <= state.level) return hold(state, `${reason}, and this is the highest level`);
  const waitMs = waitFor(state.patience, to, nowMs);
  if (waitMs > 0) return hold(state, `level ${to} was too much; next try in ${Math.ceil(waitMs / 1000)} s`);
  return step(state, to, { reason, patience: state.patience }, nowMs);
}

function step(state: QualityState, to: number, why: { reason: string; patience: Patience }, nowMs: number): Outcome {
  const next = moveTo({ ...state, patience: why.patience }, to, nowMs);
  return { state: next, decision: { kind: 'step', from: state.level, to, reason: why.reason } };
}

/** What arrived at the level before must not speak for this one. */
function moveTo(state: QualityState, level: number, nowMs: number): QualityState {
  return { ...state, level, window: openWindow(nowMs, false), reachedMs: nowMs, provedMs: nowMs };
}

function hold(state: QualityState, reason: string): Outcome {
  return { state, decision: { kind: 'hold', reason } };
}

/** The server gave another level than the one asked for: that one is not to be had now. */
function given(state: QualityState, level: number, nowMs: number): QualityState {
  if (level === state.level) return state;
  const patience = level < state.level ? failed(state.patience, level + LEVEL_STEP, nowMs) : state.patience;
  return moveTo({ ...state, patience }, level, nowMs);
}

function fit(state: QualityState, levels: readonly number[], nowMs: number): Outcome {
  const ladder = { ...state, lowest: Math.min(...levels), highest: Math.max(...levels) };
  const to = Math.min(ladder.highest, Math.max(ladder.lowest, state.level));
  if (to === state.level) return { state: ladder, decision: NONE };
  return step(ladder, to, { reason: `the server offers ${ladder.lowest} to ${ladder.highest}`, patience: state.patience }, nowMs);
}

function choose(state: QualityState, choice: 'automatic' | number, nowMs: number): Outcome {
  if (choice === 'automatic') return { state: reopen({ ...state, mode: 'automatic' }, nowMs), decision: NONE };
  const to = Math.min(state.highest, Math.max(state.lowest, choice));
  const manual: QualityState = { ...state, mode: 'manual' };
  return to === state.level
    ? { state: manual, decision: NONE }
    : step(manual, to, { reason: 'chosen by hand', patience: state.patience }, nowMs);
}
