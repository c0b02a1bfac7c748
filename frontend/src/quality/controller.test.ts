// What the page goes through: links, cameras, devices and people, in simulated time. That it decides as the
// server does is up to golden.test.ts.
import { describe, expect, it } from 'vitest';
import { LEVELS, SCALES } from '../protocol/protocol';
import { Scenario, rungsOf } from './scenario';

const BEST = { level: 95, scale: 1 };

/** A viewer who has reached the best picture. */
const settled = () => {
  const viewer = new Scenario().run(30);
  viewer.steps.length = 0;
  return viewer;
};

describe('on a link that carries everything', () => {
  it('goes up a rung a second to the best picture, says why, and stays', () => {
    const viewer = new Scenario().run(10);
    expect(viewer.path).toEqual(['65/1', '70/1', '75/1', '80/1', '85/1', '90/1', '95/1']);
    expect(viewer.steps[0]?.reason).toMatchObject({ kind: 'room' });
    viewer.run(60);
    expect(viewer.rung).toEqual(BEST);
    expect(viewer.reason).toMatch(/^3[34]\.\d FPS arrive at the highest quality$/);
  });
});

describe('on a thin link', () => {
  it.each([
    [20, 1],
    [8, 2],
    [2, 4],
    [0.5, 8],
  ])('of %s Mbit/s one step leads to where the rate is held, at 1/%i size', (mbit, scale) => {
    const viewer = new Scenario(mbit).run(10);
    const down = viewer.steps.filter((step) => step.reason.kind === 'slow');
    expect(down.length).toBeLessThanOrEqual(1);
    expect(viewer.run(20).rung.scale).toBe(scale);
  });

  it('a sharp viewer keeps a larger picture', () => {
    const viewer = new Scenario(1.5);
    viewer.feed({ kind: 'rungs', rungs: rungsOf('sharp') });
    expect(viewer.run(30).rung.scale).toBe(2);
    viewer.feed({ kind: 'rungs', rungs: rungsOf('smooth') });
    expect(viewer.run(30).rung.scale).toBe(4);
  });

  it('stops at the cheapest rung and says so', () => {
    const viewer = new Scenario(0.05).run(60);
    expect(viewer.rung).toEqual({ level: 30, scale: 8 });
    expect(viewer.reason).toMatch(/lowest quality$/);
  });

  it('steps down even if no frame at all comes through', () => {
    const viewer = new Scenario(0.000_01).run(4);
    expect(viewer.steps[0]?.reason).toEqual({ kind: 'silent' });
  });
});

describe('where frames hold only what changed', () => {
  const street = (mbit: number, moves: number) => {
    const viewer = new Scenario(mbit);
    viewer.moves = moves;
    return viewer;
  };

  it('what stands still is shown at its best on a link far too thin for complete pictures', () => {
    const viewer = street(4, 0.02).run(60);
    expect(viewer.rung).toEqual(BEST);
    viewer.steps.length = 0;
    expect(viewer.run(30).steps).toEqual([]);
  });

  it('a link carries a larger picture of a street than it does in complete ones', () => {
    expect(street(8, 0.2).run(60).rung.scale).toBe(1);
    expect(new Scenario(8).run(60).rung.scale).toBe(2);
  });

  it('pictures that never become complete are too much, however many parts of them arrive', () => {
    const viewer = street(4, 0.02).run(60);
    viewer.steps.length = 0;
    viewer.moves = 0.5;
    viewer.run(20);
    expect(viewer.steps[0]?.reason).toMatchObject({ kind: 'slow' });
    expect(viewer.rung.scale).toBeGreaterThan(1);
  });
});

describe('mistakes not to be made', () => {
  it('a rate read once at the start: the rate of now decides', () => {
    const viewer = settled();
    viewer.mbit = 4;
    expect(viewer.run(5).rung.level).toBeLessThan(95);
    viewer.mbit = 1000;
    expect(viewer.run(90).rung).toEqual(BEST);
  });

  it('a window that is still filling after a step is not judged as a whole one', () => {
    const viewer = settled();
    viewer.mbit = 20;
    viewer.run(15);
    const down = viewer.steps.filter((step) => step.reason.kind === 'slow');
    const gaps = down.slice(1).map((step, i) => step.atS - (down[i]?.atS ?? 0));
    // Counting the emptied window as a whole one would have read 7 FPS a second after each step, and led to
    // the smallest picture.
    expect(down.length).toBeLessThanOrEqual(2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1);
    expect(viewer.rung).toEqual({ level: 70, scale: 1 });
  });

  it('frames from before a step do not speak for the rung after it', () => {
    const viewer = settled();
    viewer.mbit = 0.02;
    viewer.run(20);
    const rates = viewer.steps.map(({ reason }) => (reason.kind === 'slow' ? reason.fps : 0));
    expect(Math.max(...rates)).toBeLessThan(11);
  });
});

describe('the camera sets the scale', () => {
  it('one of 25 FPS does not drive its viewers down', () => {
    const viewer = new Scenario();
    viewer.captureFps = 25;
    viewer.run(60);
    expect(viewer.rung).toEqual(BEST);
  });

  it.each([
    [30, 12],
    [12, 30],
  ])('a change from %i to %i FPS is no reason to step', (before, after) => {
    const viewer = new Scenario();
    viewer.captureFps = before;
    viewer.run(40.3);
    viewer.captureFps = after;
    viewer.steps.length = 0;
    expect(viewer.run(20).steps).toEqual([]);
  });

  it.each([0.5, 1, 1.5])('one of %f pictures a second is not judged', (fps) => {
    const viewer = new Scenario();
    viewer.captureFps = fps;
    expect(viewer.run(30).steps).toEqual([]);
    expect(viewer.reason).toMatch(/single pictures/);
  });

  it('a photo whose rate is measured a little off keeps its rung', () => {
    const viewer = new Scenario();
    viewer.captureFps = 1;
    viewer.measures = false;
    for (let second = 0; second < 120; second++) {
      const fps = [1, 0.9, 1.1, 0.95][Math.floor(second / 6) % 4] ?? 1;
      viewer.feed({ kind: 'status', streaming: true, fps });
      viewer.run(1);
    }
    expect(viewer.steps).toEqual([]);
  });
});

describe('a slow device', () => {
  it('gets cheaper frames, and the link is not blamed for it', () => {
    const viewer = settled();
    viewer.paints = 15;
    viewer.run(6);
    expect(viewer.steps.map(({ reason }) => reason.kind)).toContain('device');
    expect(viewer.steps.map(({ reason }) => reason.kind)).not.toContain('slow');
    expect(viewer.run(60).reason).toMatch(/^this browser paints only 15\.0 FPS/);
  });
});

describe('nothing is judged', () => {
  const starve = (viewer: Scenario) => {
    viewer.mbit = 1;
    expect(viewer.run(20).steps).toEqual([]);
    viewer.mbit = 1000;
  };

  it.each([
    [
      'while the tab is hidden',
      { kind: 'visible', visible: false },
      { kind: 'visible', visible: true },
      /tab is hidden/,
    ],
    [
      'while disconnected',
      { kind: 'connected', connected: false },
      { kind: 'connected', connected: true },
      /not connected/,
    ],
  ] as const)('%s, nor is that time afterwards', (_, begin, end, words) => {
    const viewer = settled();
    viewer.feed(begin);
    starve(viewer);
    expect(viewer.reason).toMatch(words);
    viewer.run(1).feed(end);
    expect(viewer.run(20).steps).toEqual([]);
  });

  it('while the camera is away', () => {
    const viewer = settled();
    viewer.streaming = false;
    viewer.feed({ kind: 'status', streaming: false, fps: 0 });
    starve(viewer);
    expect(viewer.reason).toMatch(/camera is away/);
  });

  it('while slates are shown, even before the server says so', () => {
    const viewer = settled();
    viewer.measures = false;
    viewer.slate = true;
    viewer.run(0.5);
    starve(viewer);
  });

  it('after a choice by hand, until automatic is chosen again', () => {
    const viewer = settled();
    viewer.feed({ kind: 'choose', choice: { level: 70, scale: 2 } });
    viewer.mbit = 1;
    expect(viewer.run(20).path).toEqual(['70/2']);
    viewer.feed({ kind: 'choose', choice: 'automatic' });
    expect(viewer.run(4).rung.scale).toBe(4);
  });
});

describe('a rung that failed', () => {
  it('is tried again after a minute at the earliest, and the page says when', () => {
    const viewer = new Scenario();
    viewer.run(30).feed({ kind: 'given', rung: { level: 80, scale: 1 } });
    viewer.steps.length = 0;
    expect(viewer.run(20).reason).toMatch(/^level 85 was too much; next try in \d+ s$/);
    expect(viewer.steps).toEqual([]);
    expect(viewer.run(70).rung).toEqual(BEST);
  });
});

describe('the server has the last word', () => {
  it('a ladder that ends lower takes the viewer down at once', () => {
    const viewer = settled();
    viewer.feed({
      kind: 'rungs',
      rungs: rungsOf(
        'smooth',
        LEVELS.filter((level) => level <= 70),
        SCALES,
      ),
    });
    expect(viewer.path[0]).toBe('70/1');
    expect(viewer.run(20).rung).toEqual({ level: 70, scale: 1 });
  });

  it('without smaller pictures there are levels only', () => {
    const viewer = new Scenario(0.5);
    viewer.feed({ kind: 'rungs', rungs: rungsOf('smooth', LEVELS, [1]) });
    expect(viewer.run(20).rung).toEqual({ level: 30, scale: 1 });
  });
});
