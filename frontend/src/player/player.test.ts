// The player with a screen in the test's hands: nothing is timed, every step is made by the test.
import { describe, expect, it } from 'vitest';
import type { Delta } from '../protocol/protocol';
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
  const clock = { ms: 0 };
  const player = new Player<PlayerFrame>(screen, events, () => clock.ms);
  const show = (frame: number, delta?: Partial<Delta>) => {
    const whole = { frame, level: 95, scale: 1, epoch: 1, jpeg: new ArrayBuffer(0) };
    const usual = { base: frame - 1, blocks: 1, whole: 1, sweep: false, refined: false };
    player.show(delta === undefined ? whole : { ...whole, delta: { ...usual, ...delta } });
  };
  const repaint = () => screen.onPainted?.(SIZE);
  return { player, show, drawing, painted, told, keys, repaint, clock };
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

describe('a slow decoder', () => {
  /** Deltas of six frames, behind which the decoder falls. */
  const fallBehind = ({ show, clock }: ReturnType<typeof setUp>, from: number) => {
    for (let frame = from; frame < from + 6; frame++) {
      clock.ms += 30;
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
