// The drawer with a worker in the test's hands.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DrawRequest, isDrawRequest } from './decode_messages';
import { Drawer, type DrawingWorker } from './drawer';
import type { PlayerFrame, Size } from './screen';

/** Node has no canvases; a class of that name is enough for the check that a request holds one. */
class FakeCanvas {
  readonly width = 1;
}

class FakeWorker implements DrawingWorker {
  onmessage: DrawingWorker['onmessage'] = null;
  onerror: DrawingWorker['onerror'] = null;
  readonly asked: DrawRequest[] = [];
  terminated = false;

  postMessage(request: DrawRequest): void {
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

const SIZE: Size = { width: 640, height: 360 };
const frame: PlayerFrame = { frame: 1, level: 60, scale: 1, epoch: 1, jpeg: new ArrayBuffer(4) };

/** A drawer with a worker, or with none where there can be none, and what it drew on the page itself. */
function setUp(worker: FakeWorker | undefined) {
  const here: string[] = [];
  const painted: Size[] = [];
  const drawer = new Drawer({
    makeWorker: () => {
      if (worker === undefined) throw new Error('blocked by policy');
      return worker;
    },
    drawHere: (shown) => (_, part) => {
      here.push(part);
      shown(SIZE);
      return Promise.resolve();
    },
    tell: () => undefined,
  });
  drawer.onPainted = (size) => painted.push(size);
  return { drawer, here, painted };
}

beforeEach(() => vi.stubGlobal('OffscreenCanvas', FakeCanvas));
afterEach(() => vi.unstubAllGlobals());

describe('the drawer', () => {
  it('lets the worker draw and matches answers to questions', async () => {
    const worker = new FakeWorker();
    const { drawer, painted } = setUp(worker);
    const delta = { base: 1, blocks: 1, whole: 1, sweep: true, refined: false };
    const [first, second] = [drawer.draw(frame), drawer.draw({ ...frame, delta })];
    worker.answers({ kind: 'failed', id: 1, error: 'no JPEG' });
    worker.answers({ kind: 'drawn', id: 0 });
    await expect(first).resolves.toBeUndefined();
    await expect(second).rejects.toThrow('no JPEG');
    expect(worker.asked).toMatchObject([{ part: 'whole' }, { part: 'sweep' }]);
    expect(worker.asked.every(isDrawRequest)).toBe(true);
    worker.answers({ kind: 'painted', ...SIZE });
    expect(painted).toEqual([SIZE]);
  });

  it('draws on the page itself once the worker has failed', async () => {
    const worker = new FakeWorker();
    const { drawer, here, painted } = setUp(worker);
    const lost = drawer.draw(frame);
    worker.fails();
    await expect(lost).rejects.toThrow('decoding thread ended');
    await drawer.draw(frame);
    expect([worker.terminated, worker.asked.length, here, painted]).toEqual([true, 1, ['whole'], [SIZE]]);
  });

  it('draws on the page itself where workers are forbidden', async () => {
    const { drawer, here } = setUp(undefined);
    await drawer.draw(frame);
    expect(here).toEqual(['whole']);
  });

  it('ignores nonsense, and answers that nobody waits for', () => {
    const worker = new FakeWorker();
    const { painted } = setUp(worker);
    const strangers = [{ kind: 'painted', width: 'wide' }, { kind: 'drawn' }, { kind: 'failed', id: 1 }, {}];
    for (const answer of ['nonsense', null, { kind: 'drawn', id: 99 }, ...strangers]) worker.answers(answer);
    expect(painted).toEqual([]);
  });

  it('draws and tells nothing any more once it is closed', async () => {
    const worker = new FakeWorker();
    const { drawer, here, painted } = setUp(worker);
    drawer.close();
    await expect(drawer.draw(frame)).rejects.toThrow('closed');
    worker.answers({ kind: 'painted', ...SIZE });
    expect([worker.terminated, here, painted]).toEqual([true, [], []]);
  });
});

describe('a request to draw', () => {
  const draw = { kind: 'draw', id: 1, jpeg: new ArrayBuffer(1), part: 'delta' };

  it.each([[draw], [{ kind: 'canvas', canvas: new FakeCanvas() }]])('is one: %j', (request) => {
    expect(isDrawRequest(request)).toBe(true);
  });

  it.each([
    [{ ...draw, part: 'half' }],
    [{ ...draw, jpeg: 'text' }],
    [{ ...draw, id: undefined }],
    [{ ...draw, kind: 'drew' }],
    [{ kind: 'canvas', canvas: {} }],
    [undefined],
  ])('is none: %j', (request) => {
    expect(isDrawRequest(request)).toBe(false);
  });
});
