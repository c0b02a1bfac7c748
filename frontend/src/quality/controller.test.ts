// Scenarios for the controller: a link, a camera and a person, run in simulated time.
import { describe, expect, it } from 'vitest';
import { LADDER } from '../connection/fake_socket';
import { Scenario } from './scenario';

/** A link that carries the full rate up to a level and only `below` frames a second above it. */
const upTo = (level: number, below: number) => (now: number) => (now <= level ? Infinity : below);

describe('on a healthy link', () => {
  it('stays at 95 and says why', () => {
    const viewer = new Scenario().run(60);
    expect(viewer.steps).toEqual([]);
    expect(viewer.reason).toMatch(/^3[34]\.\d FPS is above 32\.0, and this is the highest level$/);
  });

  it('climbs back to 95 step by step', () => {
    const viewer = new Scenario(60);
    viewer.feed({ kind: 'choose', choice: 'automatic' });
    viewer.run(60);
    expect(viewer.levels).toEqual([65, 70, 75, 80, 85, 90, 95]);
  });
});

describe('on a thin link', () => {
  it('steps down by five until the rate is held, and gives the measured rate as reason', () => {
    const viewer = new Scenario();
    viewer.link = (level) => (level > 75 ? 20 : 30);
    viewer.run(40);
    expect(viewer.levels).toEqual([90, 85, 80, 75]);
    expect(viewer.steps[0]?.reason).toMatch(/^(19|20|21)\.\d FPS is below 28\.0$/);
    expect(viewer.reason).toMatch(/FPS is between 28\.0 and 32\.0$/);
  });

  it('stops at the lowest level', () => {
    const viewer = new Scenario();
    viewer.link = () => 3;
    viewer.run(120);
    expect(viewer.state.level).toBe(30);
    expect(viewer.reason).toMatch(/lowest level$/);
    expect(viewer.levels).toHaveLength(13);
  });

  it('steps down even if no frame at all comes through at first', () => {
    const viewer = new Scenario();
    viewer.link = (level) => (level > 80 ? 0 : 34);
    viewer.run(10);
    expect(viewer.levels.slice(0, 3)).toEqual([90, 85, 80]);
  });

  it('goes down at most one step in two seconds, as less has not been measured', () => {
    const viewer = new Scenario();
    viewer.link = () => 5;
    viewer.run(30);
    const gaps = viewer.steps.slice(1).map((step, i) => step.atS - (viewer.steps[i]?.atS ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2);
  });
});

describe('the published mistakes', () => {
  it('a rate that changes later decides, not the one from the start', () => {
    const viewer = new Scenario().run(10);
    viewer.link = () => 20;
    viewer.run(8);
    expect(viewer.state.level).toBeLessThan(95);
    viewer.link = () => Infinity;
    viewer.run(60);
    expect(viewer.state.level).toBe(95);
  });

  it('a window that is still filling after a step is not judged', () => {
    const viewer = new Scenario().run(5);
    viewer.link = upTo(90, 20);
    viewer.run(12);
    // One step was enough. Counting the emptied window as a whole one would have read 7 FPS a second later.
    expect(viewer.levels).toEqual([90]);
  });

  it('frames from before a step do not speak for the level after it', () => {
    const viewer = new Scenario().run(10);
    viewer.link = () => 10;
    viewer.run(12);
    const rates = viewer.steps.slice(1).map((step) => Number.parseFloat(step.reason));
    expect(rates.every((fps) => fps < 11)).toBe(true);
  });
});

describe('the camera sets the scale', () => {
  it('a camera of 25 FPS does not drive its viewers down', () => {
    const viewer = new Scenario();
    viewer.captureFps = 25;
    viewer.run(60);
    expect(viewer.state.level).toBe(95);
    expect(viewer.reason).toMatch(/is above 23\.5, and/);
  });

  it('a link that halves 25 FPS still counts as thin', () => {
    const viewer = new Scenario();
    viewer.captureFps = 25;
    viewer.link = upTo(85, 12);
    viewer.run(12);
    expect(viewer.levels).toEqual([90, 85]);
  });

  it('34 FPS are assumed until the server has measured', () => {
    const viewer = new Scenario();
    viewer.measures = false;
    viewer.link = upTo(90, 25);
    viewer.run(5);
    expect(viewer.steps[0]?.reason).toMatch(/below 28\.0$/);
  });

  it.each([
    [30, 12],
    [12, 30],
  ])('a change from %i to %i FPS is no reason to step', (before, after) => {
    const viewer = new Scenario();
    viewer.captureFps = before;
    viewer.run(20.3);
    viewer.captureFps = after;
    expect(viewer.run(20).steps).toEqual([]);
  });

  it('a camera of one picture in two seconds is not judged', () => {
    const viewer = new Scenario();
    viewer.captureFps = 0.5;
    expect(viewer.run(30).steps.filter((step) => step.atS > 3)).toEqual([]);
    expect(viewer.reason).toMatch(/single pictures/);
  });

  it('is not known yet while the camera has only just begun', () => {
    const viewer = new Scenario();
    viewer.link = () => 10;
    viewer.feed({ kind: 'status', camera: 'streaming', fps: 0 });
    expect(viewer.run(3).levels).toEqual([90]);
  });
});

describe('frozen', () => {
  const thin = () => {
    const viewer = new Scenario().run(10);
    viewer.link = () => 5;
    return viewer;
  };

  it('while the tab is hidden, and judged afresh afterwards', () => {
    const viewer = thin();
    viewer.feed({ kind: 'visible', visible: false });
    expect(viewer.run(20).steps).toEqual([]);
    viewer.feed({ kind: 'visible', visible: true });
    viewer.link = () => Infinity;
    expect(viewer.run(20).steps).toEqual([]);
  });

  it('while the camera is away', () => {
    const viewer = thin();
    viewer.camera = 'reconnecting';
    viewer.feed({ kind: 'status', camera: 'reconnecting', fps: 0 });
    expect(viewer.run(20).steps).toEqual([]);
    expect(viewer.reason).toMatch(/camera is away/);
  });

  it('while slates are shown, even before status says so', () => {
    const viewer = thin();
    viewer.measures = false;
    viewer.slate = true;
    viewer.feed({ kind: 'frame', slate: true });
    expect(viewer.run(20).steps).toEqual([]);
  });

  it('while disconnected; the new connection is not judged by the silence before it', () => {
    const viewer = new Scenario().run(10);
    viewer.feed({ kind: 'connected', connected: false });
    expect(viewer.run(20).steps).toEqual([]);
    viewer.feed({ kind: 'connected', connected: true });
    expect(viewer.run(20).steps).toEqual([]);
  });

  it('after a choice by hand, until automatic is chosen again', () => {
    const viewer = thin();
    viewer.feed({ kind: 'choose', choice: 70 });
    expect(viewer.run(20).levels).toEqual([70]);
    viewer.feed({ kind: 'choose', choice: 'automatic' });
    expect(viewer.run(3).levels).toEqual([70, 65]);
  });
});

describe('a level that failed', () => {
  const triesOf = (viewer: Scenario, level: number) => viewer.steps.filter((s) => s.to === level && s.from < level).map((s) => s.atS);

  it('is tried again after 10 s, then 20, 40, 80 and never more than 120 s apart', () => {
    const viewer = new Scenario();
    viewer.link = upTo(80, 20);
    viewer.run(700);
    const tries = triesOf(viewer, 85);
    const gaps = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    // The first wait of 10 s began when 85 was left on the way down, some seconds after the start.
    expect(tries[0]).toBeGreaterThan(14);
    expect(tries[0]).toBeLessThan(20);
    // A wait counts from the step down, which follows the try by the 2 or 3 s that judging takes.
    const excess = gaps.slice(0, 5).map((gap, i) => gap - ([20, 40, 80, 120, 120][i] ?? 0));
    expect(Math.min(...excess)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...excess)).toBeLessThan(5);
  });

  it('says when it will be tried', () => {
    const viewer = new Scenario();
    viewer.link = upTo(80, 20);
    expect(viewer.run(16).reason).toMatch(/^level 85 was too much; next try in \d+ s$/);
  });

  it('is given up at once, not only after a step up to it', () => {
    const viewer = new Scenario();
    viewer.link = upTo(80, 20);
    // 85 was passed on the way down, in 2 s: it could not be held, so there is no hurry to see it again.
    expect(viewer.run(16).levels).toEqual([90, 85, 80]);
  });

  it('is trusted again once it, or one above it, has been held', () => {
    const viewer = new Scenario();
    viewer.link = upTo(80, 20);
    viewer.run(60);
    viewer.link = () => Infinity;
    viewer.run(100);
    expect(viewer.state.level).toBe(95);
    viewer.link = (level) => (level >= 95 ? 20 : 30);
    viewer.run(4);
    viewer.link = () => Infinity;
    // 95 had proved itself: leaving it later is a change of the link, not a failure of the step.
    viewer.run(4);
    expect(viewer.state.level).toBe(95);
  });
});

describe('the server has the last word', () => {
  it('a level it does not give counts as failed', () => {
    const viewer = new Scenario(80);
    viewer.feed({ kind: 'choose', choice: 'automatic' });
    viewer.run(3.5);
    viewer.feed({ kind: 'given', level: 80 });
    expect(viewer.run(5).levels).toEqual([85]);
    expect(viewer.reason).toMatch(/level 85 was too much/);
  });

  it('a ladder that ends lower takes the viewer down at once', () => {
    const viewer = new Scenario();
    viewer.feed({ kind: 'ladder', levels: LADDER.filter((level) => level <= 70) });
    expect(viewer.levels).toEqual([70]);
    expect(viewer.run(20).levels).toEqual([70]);
  });

  it('a choice outside of the ladder is brought inside', () => {
    const viewer = new Scenario();
    viewer.feed({ kind: 'ladder', levels: [40, 45, 50] });
    viewer.feed({ kind: 'choose', choice: 95 });
    expect(viewer.state.level).toBe(50);
  });
});
