// Bytes to pictures, off the main thread where the browser lets us. In: one JPEG. Out: a bitmap that the
// caller must close. Falls back to the page's own thread for good when the worker cannot run. Order and
// newest-only are the player's business.
import { isDecodeReply, type DecodeRequest } from './decode_messages';

/** Decodes a JPEG, and takes its bytes over: the caller must not use them afterwards. */
export type Decode<P> = (jpeg: ArrayBuffer) => Promise<P>;

/** The parts of the browser's Worker that are used, so that tests can put a fake in its place. */
export interface DecoderWorker {
  postMessage(request: DecodeRequest, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Pending {
  resolve: (picture: ImageBitmap) => void;
  reject: (error: Error) => void;
}

export class Decoder {
  private worker: DecoderWorker | undefined;
  private readonly pending = new Map<number, Pending>();
  private requests = 0;

  constructor(
    makeWorker: () => DecoderWorker,
    private readonly decodeHere: Decode<ImageBitmap>,
  ) {
    try {
      this.worker = makeWorker();
      this.worker.onmessage = (event) => this.receive(event.data);
      this.worker.onerror = () => this.giveUpWorker();
    } catch {
      this.worker = undefined;
    }
  }

  readonly decode: Decode<ImageBitmap> = (jpeg) => {
    const { worker } = this;
    if (worker === undefined) return this.decodeHere(jpeg);
    const id = this.requests++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ id, jpeg }, [jpeg]);
    });
  };

  close(): void {
    this.giveUpWorker();
  }

  private receive(reply: unknown): void {
    if (!isDecodeReply(reply)) return;
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if ('picture' in reply) {
      // Nobody waits for it any more: a bitmap holds memory outside the collector's sight until it is closed.
      if (pending === undefined) reply.picture.close();
      else pending.resolve(reply.picture);
    } else {
      pending?.reject(new Error(reply.error));
    }
  }

  /** Ends the worker. The frames in its hands are lost; the next one is a few milliseconds away. */
  private giveUpWorker(): void {
    this.worker?.terminate();
    this.worker = undefined;
    for (const { reject } of this.pending.values()) reject(new Error('the decoding thread ended'));
    this.pending.clear();
  }
}

export function browserDecoder(): Decoder {
  return new Decoder(
    () => new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' }),
    (jpeg) => createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' })),
  );
}
