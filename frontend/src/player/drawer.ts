// Frames to pictures, off the main thread where the browser lets us. In: one frame after another. Out:
// whether each was drawn, and word when something is shown. Falls back to the page's own thread for good when
// the worker cannot run. Order, and which frames are drawn at all, are the player's business.
import { partOf } from '../protocol/protocol';
import { every, type Time } from '../time/time';
import type { Draw } from './composer';
import { type DrawRequest, isDrawReply } from './decode_messages';
import type { PlayerFrame, Screen, Size } from './screen';

/** Time between two looks at whether the worker answers, ms. */
const LOOK_MS = 1_000;
/**
 * Looks in a row at a worker that owes an answer after which it is given up: five seconds and a little.
 * Looks are counted, and not time, since a machine that slept was not looked at.
 */
const MOST_LOOKS = 6;
/**
 * Such looks before it is ready to draw: its script comes over the same link as the frames, which may be
 * thin.
 */
const MOST_LOOKS_BEFORE = 20;

/** The parts of the browser's Worker that are used, so that tests can put a fake in its place. */
export interface DrawingWorker {
  postMessage(request: DrawRequest, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onmessageerror: ((event: MessageEvent<unknown>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface DrawerParts {
  /** Makes a worker that has a canvas to draw on; fails where there can be none. */
  makeWorker: () => DrawingWorker;
  /** Makes what draws on the page's own thread, on a canvas of its own. */
  drawHere: (painted: (size: Size) => void) => Draw;
  tell: Screen['tell'];
  time: Time;
  /** Whether the page can be seen; browsers may hold up the workers of one that cannot. */
  isVisible: () => boolean;
}

interface Pending {
  resolve: () => void;
  reject: (error: Error) => void;
}

export class Drawer implements Screen {
  onPainted: Screen['onPainted'];
  private worker: DrawingWorker | undefined;
  /** Whether the worker has its script and its canvas. */
  private isReady = false;
  private here: Draw | undefined;
  private readonly pending = new Map<number, Pending>();
  private requests = 0;
  private closed = false;
  /** Looks in a row at which the worker owed an answer. */
  private looks = 0;
  private stopLooking: (() => void) | undefined;

  constructor(private readonly parts: DrawerParts) {
    try {
      this.worker = parts.makeWorker();
      this.worker.onmessage = (event) => this.receive(event.data);
      this.worker.onmessageerror = () => this.giveUpWorker();
      this.worker.onerror = () => this.giveUpWorker();
      this.stopLooking = every(parts.time, LOOK_MS, () => this.look());
    } catch {
      this.worker = undefined;
    }
  }

  draw(frame: PlayerFrame): Promise<void> {
    const { worker } = this;
    if (this.closed) return Promise.reject(new Error('the screen is closed'));
    const part = partOf(frame);
    if (worker === undefined) return this.drawHere(frame.jpeg, part);
    const id = this.requests++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      try {
        worker.postMessage({ kind: 'draw', id, jpeg: frame.jpeg, part }, [frame.jpeg]);
      } catch (error) {
        // Nobody will answer, which is no fault of the worker's.
        this.pending.delete(id);
        throw error;
      }
    });
  }

  tell(frame: PlayerFrame, size: Size): void {
    this.parts.tell(frame, size);
  }

  close(): void {
    this.closed = true;
    this.giveUpWorker();
  }

  private readonly drawHere: Draw = async (jpeg, part) => {
    // The empty canvas would take the place of a picture on which nothing can be drawn, and which is seen.
    if (this.here === undefined && part !== 'whole') throw new Error('there is no picture to go on from');
    this.here ??= this.makeHere();
    await this.here(jpeg, part);
  };

  /** Makes what draws on the page; where that fails, nothing is made again, and all that comes fails. */
  private makeHere(): Draw {
    try {
      return this.parts.drawHere((size) => this.painted(size));
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      return () => Promise.reject(reason);
    }
  }

  private painted(size: Size): void {
    if (!this.closed) this.onPainted?.(size);
  }

  private receive(reply: unknown): void {
    if (!isDrawReply(reply)) return;
    if (reply.kind === 'painted') {
      this.painted({ width: reply.width, height: reply.height });
      return;
    }
    this.looks = 0;
    if (reply.kind === 'ready') {
      this.isReady = true;
      return;
    }
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if (reply.kind === 'drawn') pending?.resolve();
    else pending?.reject(new Error(reply.error));
  }

  /** Looks for a worker that has died in silence, as those do that ran out of memory. */
  private look(): void {
    this.looks = this.pending.size > 0 && this.parts.isVisible() ? this.looks + 1 : 0;
    if (this.looks >= (this.isReady ? MOST_LOOKS : MOST_LOOKS_BEFORE)) this.giveUpWorker();
  }

  /**
   * Ends the worker. The frames in its hands are lost, and its canvas with them, which stays to be seen until
   * a complete picture comes onto another one: until then deltas fail.
   */
  private giveUpWorker(): void {
    this.stopLooking?.();
    this.worker?.terminate();
    this.worker = undefined;
    for (const { reject } of this.pending.values()) reject(new Error('the decoding thread ended'));
    this.pending.clear();
  }
}
