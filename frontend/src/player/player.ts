// Frames to a surface, newest only. In: frames as they arrive, and whether anybody can see them. Out:
// paintings, told one by one to whoever asked, and counts of what was dropped. Never waits for a slow
// decoder; no frame passes through React.
import type { Decode } from './decoder';
import { Newest } from './newest';

export interface Picture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/**
 * A place to paint pictures on, at its own moments: the canvas and its animation frames, or a test's fake.
 */
export interface Surface<P extends Picture> {
  paint(picture: P, frame: PlayerFrame): void;
  /** Runs `task` before the next repaint; the returned function cancels it. */
  beforeRepaint(task: () => void): () => void;
}

export interface PlayerFrame {
  readonly frame: number;
  readonly level: number;
  readonly scale: number;
  readonly jpeg: ArrayBuffer;
}

export class Player<P extends Picture, F extends PlayerFrame> {
  private readonly queue = new Newest<F>();
  private ready: { picture: P; frame: F } | undefined;
  private cancelRepaint: (() => void) | undefined;
  private visible = true;
  private closed = false;
  /** The newest frame that came while nobody could see it. */
  private unseen: F | undefined;
  private overtaken = 0;
  private broken = 0;

  constructor(
    private readonly decode: Decode<P>,
    private readonly surface: Surface<P>,
    private readonly painted: (frame: F, size: { width: number; height: number }) => void,
  ) {}

  show(frame: F): void {
    if (this.closed) return;
    if (!this.visible) {
      // Decoding for nobody would only heat the machine; frames that nobody could have seen are not losses.
      this.unseen = frame;
      return;
    }
    const next = this.queue.offer(frame);
    if (next !== undefined) void this.work(next);
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    const { unseen } = this;
    this.unseen = undefined;
    if (visible && unseen !== undefined) this.show(unseen);
  }

  close(): void {
    this.closed = true;
    this.unseen = undefined;
    this.cancelRepaint?.();
    this.ready?.picture.close();
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

  private async work(first: F): Promise<void> {
    for (let frame: F | undefined = first; frame !== undefined; frame = this.next()) {
      try {
        this.offerPicture(await this.decode(frame.jpeg), frame);
      } catch {
        this.broken++;
      }
    }
  }

  /** The frame that waits; none once there is nothing to paint on. */
  private next(): F | undefined {
    const frame = this.queue.done();
    return this.closed ? undefined : frame;
  }

  private offerPicture(picture: P, frame: F): void {
    if (this.closed) {
      picture.close();
      return;
    }
    if (this.ready !== undefined) {
      this.overtaken++;
      this.ready.picture.close();
    }
    this.ready = { picture, frame };
    this.cancelRepaint ??= this.surface.beforeRepaint(() => this.paint());
  }

  private paint(): void {
    this.cancelRepaint = undefined;
    const { ready } = this;
    this.ready = undefined;
    if (ready === undefined) return;
    const { picture, frame } = ready;
    const size = { width: picture.width, height: picture.height };
    this.surface.paint(picture, frame);
    picture.close();
    this.painted(frame, size);
  }
}
