// The player with a screen and a clock in the test's hands: every step is made by the test.
import { describe, expect, it } from 'vitest';
import type { Delta } from '../protocol/protocol';
import { SimulatedTime } from '../time/simulated_time';
import { Player } from './player';
import type { PlayerFrame, Screen } from './screen';

const SIZE = { width: 1280, height: 720 };

function setUp() {
  const drawing: { frame: number; drawn: () => Promise<void>; failed: () => Promise<void> }[] = [];
  const painted: number[] = [];
  const told: number[] = [];
  const keys: string[] = [];
  const screen: Screen = {
    onPainted: undefined,
    draw: ({ frame }) =>
      new Promise((resolve, reject) => {
        drawing.push({
          frame,
          drawn: () => (resolve(), settle()),
          failed: () => (reject(new Error('no JPEG')), settle()),
        });
      }),
    tell: ({ frame }) => told.push(frame),
  };
  const events = {
    painted: ({ frame }: PlayerFrame) => painted.push(frame),
    needKey: () => keys.push('key'),
  };
  const time = new SimulatedTime();
  const player = new Player<PlayerFrame>(screen, events, time);
  const show = (frame: number, delta?: Partial<Delta>) => {
    const whole = { frame, level: 95, scale: 1, epoch: 1, jpeg: new ArrayBuffer(0) };
    const usual = { base: frame - 1, blocks: 1, whole: 1, sweep: false, refined: false };
    player.show(delta === undefined ? whole : { ...whole, delta: { ...usual, ...delta } });
  };
  const repaint = () => screen.onPainted?.(SIZE);
  return { player, show, drawing, painted, told, keys, repaint, time };
}

/** Lets promises that have been settled run their continuations. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

describe('the player', () => {
  it('tells what is shown once it is', async () => {
    const { show, drawing, painted, told, repaint } = setUp();
    show(1);
    await drawing[0]?.drawn();
    expect(painted).toEqual([]);
    repaint();
    expect([painted, told]).toEqual([[1], [1]]);
    repaint();
    expect(painted).toEqual([1]);
  });

  it('draws one frame at a time and keeps only the newest waiting', async () => {
    const { player, show, drawing } = setUp();
    for (const frame of [1, 2, 3, 4]) show(frame);
    expect(drawing.map((each) => each.frame)).toEqual([1]);
    await drawing[0]?.drawn();
    expect(drawing.map((each) => each.frame)).toEqual([1, 4]);
    expect(player.dropped).toBe(2);
  });

  it('draws every delta, and tells the newest of two that are drawn before a repaint', async () => {
    const { player, show, drawing, painted, repaint } = setUp();
    show(1);
    show(2, {});
    show(3, {});
    for (const at of [0, 1, 2]) await drawing[at]?.drawn();
    repaint();
    expect([drawing.map(({ frame }) => frame), painted, player.dropped]).toEqual([[1, 2, 3], [3], 2]);
  });

  it('tells nothing of blocks made sharper', async () => {
    const { player, show, drawing, painted, repaint } = setUp();
    show(1);
    await drawing[0]?.drawn();
    show(1, { base: 1, refined: true });
    await drawing[1]?.drawn();
    repaint();
    show(1, { base: 1, refined: true });
    await drawing[2]?.drawn();
    repaint();
    expect([drawing.length, painted, player.dropped]).toEqual([3, [1], 0]);
  });

  it('goes on after a frame that cannot be decoded', async () => {
    const { player, show, drawing, painted, repaint } = setUp();
    show(1);
    show(2);
    await drawing[0]?.failed();
    await drawing[1]?.drawn();
    repaint();
    expect(painted).toEqual([2]);
    expect(player.undecodable).toBe(1);
  });

  it('asks for a complete frame where deltas are missing, and draws nothing until it comes', async () => {
    const { show, drawing, painted, keys, repaint } = setUp();
    show(1);
    await drawing[0]?.drawn();
    repaint();
    show(3, {});
    show(4, {});
    expect([drawing.length, keys]).toEqual([1, ['key']]);
    show(5);
    await drawing[1]?.drawn();
    repaint();
    expect(painted).toEqual([1, 5]);
  });

  it('asks for a complete frame at once where one cannot be drawn and none waits', async () => {
    const { show, drawing, keys } = setUp();
    show(1);
    await drawing[0]?.failed();
    expect(keys).toEqual(['key']);
    show(2);
    show(3, {});
    await drawing[1]?.drawn();
    await drawing[2]?.failed();
    expect(keys).toEqual(['key', 'key']);
  });
});

describe('a page that can draw nothing', () => {
  /** Has complete frames fail one after another; each fails a tenth of a second behind its wish. */
  const failFor = async ({ show, drawing, keys, time }: ReturnType<typeof setUp>, seconds: number) => {
    const askedAtS: number[] = [];
    show(1);
    for (let ms = 0; ms < 1000 * seconds; ms += 100) {
      await drawing.at(-1)?.failed();
      if (askedAtS.length < keys.length) {
        askedAtS.push(ms / 1000);
        show(drawing.length + 1);
      }
      time.advance(100);
    }
    return askedAtS;
  };

  it('asks less and less often', async () => {
    const all = setUp();
    const askedAtS = await failFor(all, 120);
    const waits = askedAtS.slice(1).map((at, n) => Math.round(at - (askedAtS[n] ?? 0)));
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 30, 30]);
  });

  it('asks at once again after a frame that was drawn', async () => {
    const all = setUp();
    await failFor(all, 20);
    const { show, drawing, keys } = all;
    show(100);
    await drawing.at(-1)?.drawn();
    const { length } = keys;
    show(102, {});
    expect(keys.length).toBe(length + 1);
  });

  it('does not ask for deltas that come meanwhile, nor when it is closed', async () => {
    const { player, show, drawing, keys, time } = setUp();
    for (const frame of [1, 2, 3]) {
      show(frame);
      await drawing.at(-1)?.failed();
    }
    expect(keys).toHaveLength(2);
    for (const frame of [4, 5, 6]) show(frame, {});
    time.advance(999);
    expect([keys.length, time.pending]).toEqual([2, 1]);
    player.close();
    time.advance(60_000);
    expect([keys.length, time.pending]).toEqual([2, 0]);
  });
});

describe('a slow decoder', () => {
  /** Deltas of six frames, behind which the decoder falls. */
  const fallBehind = ({ show, time }: ReturnType<typeof setUp>, from: number) => {
    for (let frame = from; frame < from + 6; frame++) {
      time.advance(30);
      show(frame, {});
    }
  };

  it('has what waits dropped, and a complete frame asked for when it is free', async () => {
    const all = setUp();
    const { player, show, drawing, keys } = all;
    show(1);
    fallBehind(all, 2);
    expect([player.dropped, keys]).toEqual([6, []]);
    await drawing[0]?.drawn();
    expect([drawing.length, keys]).toEqual([1, ['key']]);
    show(8);
    expect(drawing.map(({ frame }) => frame)).toEqual([1, 8]);
  });

  it('goes on with a complete frame that came meanwhile', async () => {
    const all = setUp();
    const { show, drawing, keys } = all;
    show(1);
    show(2);
    fallBehind(all, 3);
    await drawing[0]?.drawn();
    expect([drawing.map(({ frame }) => frame), keys]).toEqual([[1, 2], []]);
    await drawing[1]?.drawn();
    expect(keys).toEqual(['key']);
  });
});

describe('a page that nobody can see', () => {
  it('draws nothing, and the newest complete frame afterwards', async () => {
    const { player, show, drawing, painted, keys, repaint } = setUp();
    player.setVisible(false);
    for (const frame of [1, 2, 3]) show(frame);
    expect(drawing).toEqual([]);
    player.setVisible(true);
    await drawing[0]?.drawn();
    repaint();
    expect(painted).toEqual([3]);
    expect([player.dropped, keys]).toEqual([0, []]);
    show(4, {});
    expect(drawing.map(({ frame }) => frame)).toEqual([3, 4]);
  });

  it('asks for a complete frame afterwards where deltas came', async () => {
    const { player, show, drawing, keys } = setUp();
    show(1);
    await drawing[0]?.drawn();
    player.setVisible(false);
    show(2);
    show(3, {});
    expect(keys).toEqual([]);
    player.setVisible(true);
    expect([drawing.length, keys]).toEqual([1, ['key']]);
    show(4, {});
    show(5);
    expect([drawing.length, keys]).toEqual([2, ['key']]);
  });

  it('asks again though what was asked for before came unseen', () => {
    const { player, show, keys } = setUp();
    show(1, {});
    player.setVisible(false);
    show(2);
    show(3, {});
    player.setVisible(true);
    expect(keys).toEqual(['key', 'key']);
  });

  it('asks afterwards for what it needed before, and not meanwhile', async () => {
    const { player, show, drawing, keys } = setUp();
    show(1);
    player.setVisible(false);
    await drawing[0]?.failed();
    expect(keys).toEqual([]);
    player.setVisible(true);
    expect(keys).toEqual(['key']);
  });

  it('misses nothing where nothing came', async () => {
    const { player, show, drawing, keys } = setUp();
    show(1);
    await drawing[0]?.drawn();
    player.setVisible(false);
    player.setVisible(true);
    show(2, {});
    expect([drawing.length, keys]).toEqual([2, []]);
  });
});

describe('a player that is closed', () => {
  it('draws and tells nothing any more', async () => {
    const { player, show, drawing, painted, repaint } = setUp();
    show(1);
    show(2);
    player.close();
    await drawing[0]?.drawn();
    show(3);
    player.setVisible(true);
    repaint();
    expect([drawing.length, painted]).toEqual([1, []]);
  });
});
