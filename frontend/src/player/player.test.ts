// The player with a decoder and a surface in the test's hands: nothing is timed, every step is made by the
// test.
import { describe, expect, it } from 'vitest';
import { Newest } from './newest';
import { Player, type PlayerFrame } from './player';

class FakePicture {
  readonly width = 1280;
  readonly height = 720;
  closed = 0;

  constructor(readonly of: number) {}

  close(): void {
    this.closed++;
  }
}

function setUp() {
  const decoding: { resolve: () => Promise<void>; reject: () => Promise<void>; frame: number }[] = [];
  const pictures: FakePicture[] = [];
  const painted: number[] = [];
  const repaints: (() => void)[] = [];
  const numbers = new Map<ArrayBuffer, number>();
  const decode = (jpeg: ArrayBuffer) =>
    new Promise<FakePicture>((resolve, reject) => {
      const frame = numbers.get(jpeg) ?? -1;
      const picture = new FakePicture(frame);
      decoding.push({
        frame,
        resolve: () => (pictures.push(picture), resolve(picture), settle()),
        reject: () => (reject(new Error('no JPEG')), settle()),
      });
    });
  const surface = {
    paint: (picture: FakePicture) => {
      expect(picture.closed).toBe(0);
    },
    beforeRepaint: (task: () => void) => {
      repaints.push(task);
      return () => void repaints.splice(repaints.indexOf(task), 1);
    },
  };
  const player = new Player<FakePicture, PlayerFrame>(decode, surface, (frame) => painted.push(frame.frame));
  const show = (frame: number) => {
    const jpeg = new ArrayBuffer(0);
    numbers.set(jpeg, frame);
    player.show({ frame, level: 95, scale: 1, jpeg });
  };
  const repaint = () => repaints.splice(0).forEach((task) => task());
  return { player, show, decoding, pictures, painted, repaint, repaints };
}

/** Lets promises that have been settled run their continuations. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

describe('the player', () => {
  it('paints what it is given, at the next repaint, and closes the bitmap', async () => {
    const { show, decoding, painted, repaint, pictures } = setUp();
    show(1);
    await decoding[0]?.resolve();
    expect(painted).toEqual([]);
    repaint();
    expect(painted).toEqual([1]);
    expect(pictures[0]?.closed).toBe(1);
  });

  it('decodes one frame at a time and keeps only the newest waiting', async () => {
    const { player, show, decoding } = setUp();
    [1, 2, 3, 4].forEach(show);
    expect(decoding.map((each) => each.frame)).toEqual([1]);
    await decoding[0]?.resolve();
    expect(decoding.map((each) => each.frame)).toEqual([1, 4]);
    expect(player.dropped).toBe(2);
  });

  it('paints the newest if two are ready before a repaint, and closes both', async () => {
    const { player, show, decoding, painted, repaint, pictures } = setUp();
    [1, 2].forEach(show);
    await decoding[0]?.resolve();
    await decoding[1]?.resolve();
    repaint();
    expect(painted).toEqual([2]);
    expect(pictures.map((picture) => picture.closed)).toEqual([1, 1]);
    expect(player.dropped).toBe(1);
  });

  it('goes on after a frame that cannot be decoded', async () => {
    const { player, show, decoding, painted, repaint } = setUp();
    [1, 2].forEach(show);
    await decoding[0]?.reject();
    await decoding[1]?.resolve();
    repaint();
    expect(painted).toEqual([2]);
    expect(player.undecodable).toBe(1);
  });

  it('decodes nothing while nobody can see it, and shows the newest afterwards', async () => {
    const { player, show, decoding, painted, repaint } = setUp();
    player.setVisible(false);
    [1, 2, 3].forEach(show);
    expect(decoding).toEqual([]);
    player.setVisible(true);
    await decoding[0]?.resolve();
    repaint();
    expect(painted).toEqual([3]);
    expect(player.dropped).toBe(0);
  });

  it('leaves no bitmap and no repaint behind when it is closed', async () => {
    const { player, show, decoding, painted, repaints, pictures } = setUp();
    [1, 2].forEach(show);
    await decoding[0]?.resolve();
    player.close();
    await decoding[1]?.resolve();
    show(3);
    expect(pictures.map((picture) => picture.closed)).toEqual([1, 1]);
    expect(repaints).toEqual([]);
    expect(painted).toEqual([]);
  });

  it('decodes nothing more once it is closed', async () => {
    const { player, show, decoding } = setUp();
    [1, 2].forEach(show);
    player.close();
    await decoding[0]?.reject();
    expect(decoding).toHaveLength(1);
  });
});

describe('newest only', () => {
  it('starts, holds one, and hands it out when the work is done', () => {
    const newest = new Newest<string>();
    expect([newest.offer('a'), newest.offer('b'), newest.offer('c')]).toEqual(['a', undefined, undefined]);
    expect([newest.done(), newest.done()]).toEqual(['c', undefined]);
    expect([newest.offer('d'), newest.dropped]).toEqual(['d', 1]);
  });
});
