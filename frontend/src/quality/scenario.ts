// A viewer's life in simulated time, for the controller's tests. In: a link (which rate it gives at which level) and what
// happens when. Out: the steps taken, and the state to look at. Product code never imports this.
import type { CameraState } from '../protocol/protocol';
import { type Decision, quality, type QualityInput, type QualityState, startQuality } from './controller';

export type Step = Extract<Decision, { kind: 'step' }> & { atS: number };

/** How often the page asks the controller, as in the session. */
const TICK_MS = 250;

export class Scenario {
  state: QualityState;
  readonly steps: Step[] = [];
  /** The last reason given, by a step or by holding. */
  reason = '';
  now = 0;
  captureFps = 34;
  camera: CameraState = 'streaming';
  slate = false;
  /** Whether the server says how fast the camera is. */
  measures = true;
  /** Frames a second that arrive, at most the capture rate. */
  link: (level: number) => number = () => Infinity;
  private owed = 0;

  constructor(choice: 'automatic' | number = 'automatic') {
    this.state = startQuality(choice, 0);
    this.feed({ kind: 'connected', connected: true });
  }

  feed(input: QualityInput): void {
    const { state, decision } = quality(this.state, input, this.now);
    this.state = state;
    if (decision.kind !== 'none') this.reason = decision.reason;
    if (decision.kind === 'step') this.steps.push({ ...decision, atS: this.now / 1000 });
  }

  run(seconds: number): this {
    for (const end = this.now + seconds * 1000; this.now < end; ) {
      this.now += 1;
      const fps = Math.min(this.captureFps, this.link(this.state.level));
      this.owed += fps / 1000;
      if (this.owed >= 1 && this.state.connected) this.feed({ kind: 'frame', slate: this.slate });
      if (this.owed >= 1) this.owed -= 1;
      if (this.measures && this.state.connected && this.now % 1000 === 700) {
        this.feed({ kind: 'status', camera: this.camera, fps: this.camera === 'streaming' ? this.captureFps : 0 });
      }
      if (this.now % TICK_MS === 0) this.feed({ kind: 'tick' });
    }
    return this;
  }

  get levels(): number[] {
    return this.steps.map((step) => step.to);
  }
}
