// Which frames are drawn, and in which order. In: frames as they come, and when one is drawn or cannot be.
// Out: the frame to draw next, and when a complete picture has to be asked for. A complete frame takes the
// place of all that wait; a delta waits for its turn, since it is worth nothing without those before it.
// Pure bookkeeping: what drawing is does not belong here.
import type { Delta } from '../protocol/protocol';

/** Frames that wait at most for longer than a moment; with more a complete picture is less work. */
const MOST_WAITING = 3;
/**
 * Time for which more may wait, ms: that of three frames at 30 FPS. A link that stalled hands over many at
 * once, which is no fault of the decoder's, and a complete picture would make it worse.
 */
const MOMENT_MS = 100;
/** Messages that wait at most, however short: those of a second, each with blocks made sharper behind it. */
const MOST_MESSAGES = 64;

/** The part of a frame that the queue knows. */
export interface Queued {
  readonly frame: number;
  readonly level: number;
  readonly scale: number;
  readonly epoch: number;
  readonly delta?: Delta;
}

/** What becomes of a frame: it is drawn at once, waits, or is of no use. */
export type Fate = 'start' | 'wait' | 'refuse';

export class Queue<F extends Queued> {
  private busy = false;
  private waiting: readonly { frame: F; sinceMs: number }[] = [];
  /** Picture that there will be when all is drawn; undefined where deltas apply to nothing. */
  private held: Omit<Queued, 'delta'> | undefined;
  /** Whether a complete picture is needed, and asked for. */
  private key: 'none' | 'wanted' | 'asked' = 'none';
  private lost = 0;

  /** Takes a frame as it comes. */
  offer(frame: F, nowMs: number): Fate {
    if (frame.delta === undefined) {
      this.drop(() => true);
      this.key = 'none';
    } else if (!this.applies(frame, frame.delta)) {
      this.lose([frame]);
      this.want();
      return 'refuse';
    }
    const { frame: number, level, scale, epoch } = frame;
    this.held = { frame: number, level, scale, epoch };
    if (!this.busy) {
      this.busy = true;
      return 'start';
    }
    this.waiting = [...this.waiting, { frame, sinceMs: nowMs }];
    if (!this.isOverrun(nowMs)) return 'wait';
    // A complete frame that waits is as good as the one that would be asked for, and is there already.
    this.drop(({ delta }) => delta !== undefined);
    this.want();
    return 'refuse';
  }

  /** Ends the work in hand; returns the frame to draw next, if one waits. */
  done(): F | undefined {
    const [next, ...rest] = this.waiting;
    this.waiting = rest;
    this.busy = next !== undefined;
    return next?.frame;
  }

  /** Ends the work in hand, which failed; returns the frame to draw next, which is a complete one. */
  failed(): F | undefined {
    if (this.waiting[0]?.frame.delta !== undefined) this.drop(() => true);
    if (this.waiting.length === 0) this.want();
    return this.done();
  }

  /**
   * Takes note that deltas went by, so that none applies any more, and with them perhaps the complete picture
   * that was asked for.
   */
  miss(): void {
    this.held = undefined;
    this.key = 'wanted';
  }

  /**
   * Whether a complete picture has to be asked for now, which is said once until one comes. While one is
   * being drawn it is not said: the next one would wait as well, and grow old.
   */
  asks(): boolean {
    if (this.busy || this.key !== 'wanted') return false;
    this.key = 'asked';
    return true;
  }

  /** Number of frames that were not drawn. */
  get dropped(): number {
    return this.lost;
  }

  private isOverrun(nowMs: number): boolean {
    const [first] = this.waiting;
    const isLate = first !== undefined && nowMs - first.sinceMs > MOMENT_MS;
    const frames = this.waiting.filter(({ frame }) => isFrame(frame)).length;
    return (isLate && frames > MOST_WAITING) || this.waiting.length > MOST_MESSAGES;
  }

  /** Whether a delta applies to the picture that there will be. */
  private applies({ frame, level, scale, epoch }: F, { base, sweep, refined }: Delta): boolean {
    const { held } = this;
    if (held === undefined || held.epoch !== epoch) return false;
    if (sweep) return true;
    if (held.level !== level || held.scale !== scale) return false;
    return refined ? held.frame === frame : held.frame >= base && held.frame < frame;
  }

  /** Wants a complete picture, since no delta applies any more. */
  private want(): void {
    this.held = undefined;
    if (this.key === 'none') this.key = 'wanted';
  }

  private drop(which: (frame: F) => boolean): void {
    this.lose(this.waiting.map(({ frame }) => frame).filter(which));
    this.waiting = this.waiting.filter(({ frame }) => !which(frame));
  }

  private lose(frames: readonly F[]): void {
    this.lost += frames.filter(isFrame).length;
  }
}

/** Whether this is a frame of its own, and not blocks of one that were made sharper. */
export function isFrame({ delta }: Pick<Queued, 'delta'>): boolean {
  return delta?.refined !== true;
}
