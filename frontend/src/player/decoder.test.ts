// The decoder with a worker in the test's hands.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isDecodeRequest } from './decode_messages';
import { Decoder, type DecoderWorker } from './decoder';

/** Node has no bitmaps; a class of that name is enough for the check that the reply holds one. */
class FakeBitmap {
  readonly width = 1;
  readonly height = 1;
  closed = false;

  close(): void {
    this.closed = true;
  }
}

class FakeWorker implements DecoderWorker {
  onmessage: DecoderWorker['onmessage'] = null;
  onerror: DecoderWorker['onerror'] = null;
  readonly asked: { id: number; jpeg: ArrayBuffer }[] = [];
  terminated = false;

  postMessage(request: { id: number; jpeg: ArrayBuffer }): void {
    this.asked.push(request);
  }

  terminate(): void {
    this.terminated = true;
  }

  answers(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent<unknown>);
  }

  fails(): void {
    this.onerror?.({} as ErrorEvent);
  }
}

const jpeg = () => new ArrayBuffer(4);
const here = () => Promise.resolve(new FakeBitmap());

beforeEach(() => vi.stubGlobal('ImageBitmap', FakeBitmap));
afterEach(() => vi.unstubAllGlobals());

describe('the decoder', () => {
  it('lets the worker decode and matches answers to questions', async () => {
    const worker = new FakeWorker();
    const decoder = new Decoder(() => worker, here);
    const [first, second] = [decoder.decode(jpeg()), decoder.decode(jpeg())];
    const pictures = [new FakeBitmap(), new FakeBitmap()];
    worker.answers({ id: 1, picture: pictures[1] });
    worker.answers({ id: 0, picture: pictures[0] });
    expect(await Promise.all([first, second])).toEqual(pictures);
    expect(worker.asked.every(isDecodeRequest)).toBe(true);
  });

  it('passes on that a frame could not be decoded', async () => {
    const worker = new FakeWorker();
    const picture = new Decoder(() => worker, here).decode(jpeg());
    worker.answers({ id: 0, error: 'no JPEG' });
    await expect(picture).rejects.toThrow('no JPEG');
  });

  it('decodes on the page itself once the worker has failed', async () => {
    const worker = new FakeWorker();
    const decoder = new Decoder(() => worker, here);
    const lost = decoder.decode(jpeg());
    worker.fails();
    await expect(lost).rejects.toThrow('decoding thread ended');
    expect(await decoder.decode(jpeg())).toBeInstanceOf(FakeBitmap);
    expect([worker.terminated, worker.asked.length]).toEqual([true, 1]);
  });

  it('decodes on the page itself where workers are forbidden', async () => {
    const forbidden = () => {
      throw new Error('blocked by policy');
    };
    expect(await new Decoder(forbidden, here).decode(jpeg())).toBeInstanceOf(FakeBitmap);
  });

  it('closes a picture that nobody waits for, and ignores nonsense', () => {
    const worker = new FakeWorker();
    new Decoder(() => worker, here);
    const picture = new FakeBitmap();
    worker.answers({ id: 99, picture });
    worker.answers('nonsense');
    worker.answers({ id: 99 });
    expect(picture.closed).toBe(true);
  });
});
