// Frames to a screen, in order. In: frames as they arrive, and whether anybody can see them. Out: paintings,
// told one by one to whoever asked, when a complete picture has to be asked for, and counts of what was
// dropped. Never waits for a slow decoder; no frame passes through React.
import type { Time } from '../time/time';
import { isFrame, Queue } from './queue';
import type { PlayerFrame, Screen, Size } from './screen';
import { Wishes } from './wishes';

/** Whoever wants to know what becomes of frames. */
export interface PlayerEvents<F> {
  /** A frame is shown. Blocks of it that were made sharper later are not told. */
  painted(frame: F, size: Size): void;
  /** No delta applies any more: the server has to send a complete picture. */
  needKey(): void;
}

export class Player<F extends PlayerFrame> {
  private readonly queue = new Queue<F>();
  private readonly wishes = new Wishes();
  /** Ends the wait of a wish, where one waits. */
  private stopWaiting: (() => void) | undefined;
  /** The newest frame that is drawn and not shown yet. */
  private ready: F | undefined;
  private visible = true;
  private closed = false;
  /** The complete frame that came last while nobody could see it, and whether deltas came behind it. */
  private unseen: { whole: F | undefined; stale: boolean } = { whole: undefined, stale: false };
  private overtaken = 0;
  private broken = 0;

  constructor(
    private readonly screen: Screen,
    private readonly events: PlayerEvents<F>,
    private readonly time: Time,
  ) {
    screen.onPainted = (size) => this.painted(size);
  }

  show(frame: F): void {
    if (this.closed) return;
    if (this.visible) {
      this.take(frame);
    } else {
      // Decoding for nobody would only heat the machine; frames that nobody could have seen are not losses.
      const whole = frame.delta === undefined;
      this.unseen = { whole: whole ? frame : undefined, stale: !whole };
    }
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    const { whole, stale } = this.unseen;
    if (!visible || this.closed) return;
    this.unseen = { whole: undefined, stale: false };
    if (stale) this.queue.miss();
    if (whole === undefined) this.askWhereNeeded();
    else this.take(whole);
  }

  close(): void {
    this.closed = true;
    this.stopWaiting?.();
    this.unseen = { whole: undefined, stale: false };
    this.screen.onPainted = undefined;
    this.ready = undefined;
  }

  /** Number of frames received but not painted, because newer ones were there first. */
  get dropped(): number {
    return this.queue.dropped + this.overtaken;
  }

  /** Number of frames that could not be decoded. */
  get undecodable(): number {
    return this.broken;
  }

  private take(frame: F): void {
    if (this.queue.offer(frame, this.time.now()) === 'start') void this.work(frame);
    else this.askWhereNeeded();
  }

  /**
   * Asks for a complete picture where one is needed; what nobody would see is asked for later, and so is what
   * could not be drawn several times.
   */
  private askWhereNeeded(): void {
    if (!this.visible || this.closed) return;
    const waitMs = this.wishes.waitMs(this.time.now());
    if (waitMs > 0) this.stopWaiting ??= this.time.after(waitMs, () => this.endWait());
    else if (this.queue.asks()) this.events.needKey();
  }

  private endWait(): void {
    this.stopWaiting = undefined;
    this.askWhereNeeded();
  }

  private async work(first: F): Promise<void> {
    for (let frame: F | undefined = first; frame !== undefined && !this.closed;) {
      frame = await this.draw(frame);
    }
    this.askWhereNeeded();
  }

  /** Draws a frame; returns the next one. */
  private async draw(frame: F): Promise<F | undefined> {
    try {
      await this.screen.draw(frame);
    } catch {
      this.broken++;
      this.wishes.failed(this.time.now());
      return this.queue.failed();
    }
    this.wishes.drawn();
    this.stopWaiting?.();
    this.stopWaiting = undefined;
    this.drawn(frame);
    return this.queue.done();
  }

  private drawn(frame: F): void {
    if (this.closed || !isFrame(frame)) return;
    if (this.ready !== undefined) this.overtaken++;
    this.ready = frame;
  }

  private painted(size: Size): void {
    const { ready } = this;
    this.ready = undefined;
    if (ready === undefined) return;
    this.screen.tell(ready, size);
    this.events.painted(ready, size);
  }
}
