// Frames as they come, and which of them are drawn in which order: scenarios of a decoder that keeps up, of
// one that does not, and of deltas that miss what they build on.
import { describe, expect, it } from 'vitest';
import type { Delta } from '../protocol/protocol';
import { Queue, type Queued } from './queue';

const RUNG = { level: 60, scale: 1, epoch: 1 };
const key = (frame: number, change: Partial<Queued> = {}): Queued => ({ frame, ...RUNG, ...change });
const delta = (frame: number, change: Partial<Delta> = {}, rung: Partial<Queued> = {}): Queued => ({
  frame,
  ...RUNG,
  ...rung,
  delta: { base: frame - 1, blocks: 1, whole: 1, sweep: false, refined: false, ...change },
});
const refined = (frame: number) => delta(frame, { base: frame, refined: true });

/** A queue that is offered frames, all in the same moment unless they come `everyMs`. */
function queueOf(frames: Queued[], everyMs = 0) {
  const queue = new Queue<Queued>();
  const fates = frames.map((frame, n) => queue.offer(frame, n * everyMs));
  const offer = (frame: Queued) => queue.offer(frame, frames.length * everyMs);
  return { queue, fates, offer };
}

/** Whether a complete frame is asked for once all that waits is drawn. */
function asksAfter(queue: Queue<Queued>): boolean {
  drawn(queue);
  return queue.asks();
}

/** Frames that are drawn one after another from now on. */
function drawn(queue: Queue<Queued>): number[] {
  const frames = [];
  for (let next = queue.done(); next !== undefined; next = queue.done()) frames.push(next.frame);
  return frames;
}

describe('a decoder that keeps up', () => {
  it('draws deltas in their order', () => {
    const { queue, fates, offer } = queueOf([key(1), delta(2), delta(3)]);
    expect(fates).toEqual(['start', 'wait', 'wait']);
    expect(drawn(queue)).toEqual([2, 3]);
    expect(offer(delta(4))).toBe('start');
    expect(queue.dropped).toBe(0);
  });

  it('draws only the newest of complete frames', () => {
    const { queue, fates } = queueOf([key(1), key(2), key(3)]);
    expect(fates).toEqual(['start', 'wait', 'wait']);
    expect([drawn(queue), queue.dropped]).toEqual([[3], 1]);
  });

  it('draws a complete frame instead of the deltas that wait', () => {
    const { queue } = queueOf([key(1), delta(2), refined(2), delta(3), key(4), delta(5)]);
    expect(drawn(queue)).toEqual([4, 5]);
    // Blocks made sharper are no frame.
    expect(queue.dropped).toBe(2);
  });

  it('draws blocks made sharper behind their frame', () => {
    const { queue } = queueOf([key(1), delta(2), refined(2), delta(3)]);
    expect(drawn(queue)).toEqual([2, 2, 3]);
  });
});

describe('a delta', () => {
  it.each([
    ['a base that is older than what is held', delta(4, { base: 1 }), 'wait'],
    ['the base that is held', delta(4, { base: 3 }), 'wait'],
    ['a base that was never held', delta(5, { base: 4 }), 'refuse'],
    ['a number that is held already', delta(3, { base: 1 }), 'refuse'],
    ['another level', delta(4, {}, { level: 65 }), 'refuse'],
    ['another scale', delta(4, {}, { scale: 2 }), 'refuse'],
    ['another connection', delta(4, {}, { epoch: 2 }), 'refuse'],
    ['another rung and a sweep', delta(4, { sweep: true }, { level: 65, scale: 2 }), 'wait'],
    ['a sweep of another connection', delta(4, { sweep: true }, { epoch: 2 }), 'refuse'],
    ['sharper blocks of the frame that is held', refined(3), 'wait'],
    ['sharper blocks of a frame that is not held', refined(2), 'refuse'],
  ] as const)('with %s', (_, frame, fate) => {
    const { queue, fates } = queueOf([key(1), delta(2), delta(3), frame]);
    expect([fates.at(-1), asksAfter(queue)]).toEqual([fate, fate === 'refuse']);
  });

  it('goes on from a sweep at its rung', () => {
    const half = { level: 40, scale: 2 };
    const frames = [key(1), delta(2, { sweep: true }, half), delta(3, {}, half), delta(4)];
    expect(queueOf(frames).fates).toEqual(['start', 'wait', 'wait', 'refuse']);
  });

  it('is nothing before the first complete frame, for which is asked once', () => {
    const { queue, offer } = queueOf([]);
    const asks = [delta(1), delta(2)].map((frame) => [offer(frame), queue.asks()]);
    expect(asks).toEqual([
      ['refuse', true],
      ['refuse', false],
    ]);
    expect([key(3), delta(4), delta(9, { base: 8 })].map(offer)).toEqual(['start', 'wait', 'refuse']);
    expect([asksAfter(queue), queue.dropped]).toEqual([true, 3]);
  });
});

describe('a decoder that falls behind', () => {
  const fives = [2, 3, 4, 5, 6].map((frame) => delta(frame));

  it('drops all when more than three frames wait', () => {
    const { queue, fates } = queueOf([key(1), ...fives], 40);
    expect(fates).toEqual(['start', 'wait', 'wait', 'wait', 'refuse', 'refuse']);
    expect(queue.dropped).toBe(5);
  });

  it('asks for a complete frame once it is free, and no more until one comes', () => {
    const { queue, offer } = queueOf([key(1), ...fives], 40);
    expect([queue.asks(), queue.done(), queue.asks(), queue.asks()]).toEqual([false, undefined, true, false]);
    expect([offer(delta(7)), offer(key(8)), offer(delta(9))]).toEqual(['refuse', 'start', 'wait']);
    expect([drawn(queue), queue.asks()]).toEqual([[9], false]);
  });

  it('keeps a complete frame that waits, and asks for another one behind that', () => {
    const { queue, fates, offer } = queueOf([key(0), key(1), ...fives], 40);
    expect(fates).toEqual(['start', 'wait', 'wait', 'wait', 'refuse', 'refuse', 'refuse']);
    expect(queue.done()?.frame).toBe(1);
    expect([offer(delta(7)), queue.asks(), queue.done(), queue.asks()]).toEqual([
      'refuse',
      false,
      undefined,
      true,
    ]);
  });

  it('asks for nothing where a complete frame comes by itself', () => {
    const { queue, offer } = queueOf([key(1), ...fives], 40);
    expect([offer(key(8)), asksAfter(queue)]).toEqual(['wait', false]);
  });

  it('is not behind for what a link hands over at once, as long as that is no flood', () => {
    const deltas = Array.from({ length: 65 }, (_, n) => delta(n + 2));
    const burst = (many: number) => queueOf([key(1), ...deltas.slice(0, many)]);
    expect(burst(64).fates).not.toContain('refuse');
    expect(drawn(burst(64).queue)).toHaveLength(64);
    expect([burst(65).fates.at(-1), burst(65).queue.dropped]).toEqual(['refuse', 65]);
  });

  it('is not behind for blocks made sharper', () => {
    const behind = [key(1), refined(1), delta(2), refined(2), delta(3), refined(3), delta(4), refined(4)];
    expect(queueOf(behind, 40).fates).not.toContain('refuse');
    expect(queueOf([...behind, delta(5)], 40).fates.at(-1)).toBe('refuse');
  });
});

describe('a frame that cannot be drawn', () => {
  it('takes the deltas behind it along, and has a complete frame asked for at once', () => {
    const { queue, offer } = queueOf([key(1), delta(2), delta(3)]);
    expect([queue.failed(), queue.asks()]).toEqual([undefined, true]);
    expect([offer(delta(4)), queue.asks(), queue.dropped]).toEqual(['refuse', false, 3]);
  });

  it('does no harm where a complete frame waits', () => {
    const { queue, offer } = queueOf([key(1), delta(2), key(3), delta(4)]);
    expect(queue.failed()?.frame).toBe(3);
    expect([drawn(queue), queue.asks(), offer(delta(5))]).toEqual([[4], false, 'start']);
  });

  it('may be the first one, behind which nothing has come yet', () => {
    const { queue } = queueOf([key(1)]);
    expect([queue.failed(), queue.asks()]).toEqual([undefined, true]);
  });
});

describe('deltas that nobody saw', () => {
  it('leave none that applies, and have a complete frame asked for once more', () => {
    const { queue, offer } = queueOf([delta(1)]);
    expect(queue.asks()).toBe(true);
    queue.miss();
    expect([queue.asks(), queue.asks(), offer(delta(2)), offer(key(3))]).toEqual([
      true,
      false,
      'refuse',
      'start',
    ]);
  });
});
