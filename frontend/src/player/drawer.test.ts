// The drawer with a worker in the test's hands.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SimulatedTime } from '../time/simulated_time';
import { type DrawRequest, isDrawRequest } from './decode_messages';
import { Drawer, type DrawingWorker } from './drawer';
import type { PlayerFrame, Size } from './screen';

/** Node has no canvases; a class of that name is enough for the check that a request holds one. */
class FakeCanvas {
  readonly width = 1;
}

class FakeWorker implements DrawingWorker {
  onmessage: DrawingWorker['onmessage'] = null;
  onmessageerror: DrawingWorker['onmessageerror'] = null;
  onerror: DrawingWorker['onerror'] = null;
  readonly asked: DrawRequest[] = [];
  terminated = false;
  /** Whether what is sent cannot be handed over. */
  refuses = false;

  postMessage(request: DrawRequest): void {
    if (this.refuses) throw new Error('the buffer is detached');
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

  garbles(): void {
    this.onmessageerror?.({} as MessageEvent<unknown>);
  }
}

const SIZE: Size = { width: 640, height: 360 };
const delta = { base: 1, blocks: 1, whole: 1, sweep: true, refined: false };
const frame: PlayerFrame = { frame: 1, level: 60, scale: 1, epoch: 1, jpeg: new ArrayBuffer(4) };

/** A drawer with a worker, or with none where there can be none, and what it drew on the page itself. */
function setUp(worker: FakeWorker | undefined) {
  const here: string[] = [];
  const made = { canvases: 0 };
  const painted: Size[] = [];
  const time = new SimulatedTime();
  const page = { visible: true };
  const drawer = new Drawer({
    makeWorker: () => {
      if (worker === undefined) throw new Error('blocked by policy');
      return worker;
    },
    drawHere: (shown) => {
      made.canvases++;
      return (_, part) => {
        here.push(part);
        shown(SIZE);
        return Promise.resolve();
      };
    },
    tell: () => undefined,
    time,
    isVisible: () => page.visible,
  });
  drawer.onPainted = (size) => painted.push(size);
  return { drawer, here, made, painted, time, page };
}

beforeEach(() => vi.stubGlobal('OffscreenCanvas', FakeCanvas));
afterEach(() => vi.unstubAllGlobals());

describe('the drawer', () => {
  it('lets the worker draw and matches answers to questions', async () => {
    const worker = new FakeWorker();
    const { drawer, painted } = setUp(worker);
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

  it.each(['fails', 'garbles'] as const)('draws on the page itself once the worker %s', async (how) => {
    const worker = new FakeWorker();
    const { drawer, here, painted } = setUp(worker);
    const lost = drawer.draw(frame);
    worker[how]();
    await expect(lost).rejects.toThrow('decoding thread ended');
    await drawer.draw(frame);
    expect([worker.terminated, worker.asked.length, here, painted]).toEqual([true, 1, ['whole'], [SIZE]]);
  });

  it('leaves the last picture there until a complete one comes', async () => {
    const worker = new FakeWorker();
    const { drawer, here, made } = setUp(worker);
    worker.fails();
    await expect(drawer.draw({ ...frame, delta })).rejects.toThrow('no picture');
    expect(made.canvases).toBe(0);
    await drawer.draw(frame);
    await drawer.draw({ ...frame, delta });
    expect([made.canvases, here]).toEqual([1, ['whole', 'sweep']]);
  });

  it('draws on the page itself where workers are forbidden', async () => {
    const { drawer, here } = setUp(undefined);
    await drawer.draw(frame);
    expect(here).toEqual(['whole']);
  });

  it('fails where there is no canvas to draw on either, and makes no other one each time', async () => {
    let tries = 0;
    const fails = () => {
      tries++;
      throw new Error('no context');
    };
    const drawer = new Drawer({
      makeWorker: () => {
        throw new Error('blocked by policy');
      },
      drawHere: fails,
      tell: () => undefined,
      time: new SimulatedTime(),
      isVisible: () => true,
    });
    await expect(drawer.draw(frame)).rejects.toThrow('no context');
    await expect(drawer.draw(frame)).rejects.toThrow('no context');
    expect(tries).toBe(1);
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
    const { drawer, here, painted, time } = setUp(worker);
    drawer.close();
    await expect(drawer.draw(frame)).rejects.toThrow('closed');
    worker.answers({ kind: 'painted', ...SIZE });
    expect([worker.terminated, here, painted, time.pending]).toEqual([true, [], [], 0]);
  });
});

describe('a worker that dies in silence', () => {
  it('is given up for the frame that it owes', async () => {
    const worker = new FakeWorker();
    const { drawer, time, here } = setUp(worker);
    worker.answers({ kind: 'ready' });
    const lost = drawer.draw(frame);
    const fate = expect(lost).rejects.toThrow('decoding thread ended');
    time.advance(4_900);
    expect(worker.terminated).toBe(false);
    time.advance(1_100);
    await fate;
    await drawer.draw(frame);
    expect([worker.terminated, here, time.pending]).toEqual([true, ['whole'], 0]);
  });

  it('may take longer to begin, since its script comes over the same link', async () => {
    const worker = new FakeWorker();
    const { drawer, time } = setUp(worker);
    const first = drawer.draw(frame);
    time.advance(19_900);
    worker.answers({ kind: 'ready' });
    time.advance(4_900);
    worker.answers({ kind: 'drawn', id: 0 });
    await first;
    expect(worker.terminated).toBe(false);
  });

  it('is given up where it never begins', async () => {
    const worker = new FakeWorker();
    const { drawer, time } = setUp(worker);
    const fate = expect(drawer.draw(frame)).rejects.toThrow('decoding thread ended');
    time.advance(20_100);
    await fate;
    expect(worker.terminated).toBe(true);
  });

  it('is none that never got a frame, since that could not be sent', async () => {
    const worker = new FakeWorker();
    const { drawer, time } = setUp(worker);
    worker.answers({ kind: 'ready' });
    worker.refuses = true;
    await expect(drawer.draw(frame)).rejects.toThrow('detached');
    time.advance(60_000);
    expect(worker.terminated).toBe(false);
  });

  it('is not one that has nothing to do, or is slow and answers', async () => {
    const worker = new FakeWorker();
    const { drawer, time } = setUp(worker);
    worker.answers({ kind: 'ready' });
    time.advance(60_000);
    for (const id of [0, 1, 2, 3]) {
      const slow = drawer.draw(frame);
      time.advance(4_000);
      worker.answers({ kind: 'drawn', id });
      await slow;
    }
    expect(worker.terminated).toBe(false);
  });

  it('is not one that nobody could see, as long as that is so', async () => {
    const worker = new FakeWorker();
    const { drawer, time, page } = setUp(worker);
    worker.answers({ kind: 'ready' });
    const late = drawer.draw(frame);
    page.visible = false;
    time.advance(60_000);
    page.visible = true;
    time.advance(4_000);
    worker.answers({ kind: 'drawn', id: 0 });
    await late;
    expect(worker.terminated).toBe(false);
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
