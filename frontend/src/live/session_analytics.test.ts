// Analytics of a whole session: what reaches the page and the overlay, and what is asked for.
import { describe, expect, it } from 'vitest';
import type { Scene } from '../overlay/scene';
import { screenOf, settle, setUp } from './session_scenario';

describe('analytics in a session', () => {
  it('shows what the analytics say, and how late it is by the clock of the server', () => {
    const { server, time, view } = setUp();
    server.last.hello({ analytics: true });
    const t = time.now();
    server.last.says({ type: 'pong', t, server_us: (t + 5_000) * 1000 });
    const grid = { cols: 1, rows: 1, max: 1, data: 'AA==' };
    server.last.analytics({
      captured_us: (t + 5_000 - 90) * 1000,
      crowd: { total: 41.7, risk: 'low', grid },
    });
    time.advance(250);
    expect(view().analytics).toMatchObject({
      offer: { kind: 'on' },
      people: { kind: 'estimated', total: 41.7 },
      risk: 'low',
      delayMs: 90,
    });
  });

  it('draws results on the frame it paints, at the size that the camera gives', async () => {
    const { server, session } = setUp();
    session.attach(screenOf());
    const scenes: (Scene | undefined)[] = [];
    const stage = { width: 640, height: 360 };
    session.attachOverlay(() => ({
      stage,
      measure: () => 1,
      show: (scene) => scenes.push(scene),
      close: () => undefined,
    }));
    server.last.hello({ analytics: true });
    const box = { bbox: { x1: 100, y1: 50, x2: 140, y2: 90 }, velocity: { x: 40, y: 0 } };
    server.last.analytics({
      captured_us: 1_000_000,
      objects: [{ track_id: 1, class: 'car', confidence: 1, ...box }],
    });
    expect(scenes).toEqual([]);
    server.last.frame({ frame: 1, capturedUs: 1_250_000 });
    await settle();
    expect(scenes.map((scene) => scene?.boxes.map((each) => each.rect))).toEqual([
      [{ x: 110, y: 50, width: 40, height: 40 }],
    ]);
  });

  it('draws nothing on a picture of another source than the one in which it was found', async () => {
    const { server, session } = setUp();
    session.attach(screenOf());
    const scenes: (Scene | undefined)[] = [];
    session.attachOverlay(() => ({
      stage: { width: 640, height: 360 },
      measure: () => 1,
      show: (scene) => scenes.push(scene),
      close: () => undefined,
    }));
    server.last.hello({ analytics: true });
    const box = { bbox: { x1: 100, y1: 50, x2: 140, y2: 90 }, velocity: { x: 40, y: 0 } };
    const objects = [{ track_id: 1, class: 'car', confidence: 1, ...box }];
    server.last.analytics({ frame: 1, captured_us: 1_000_000, objects });
    server.last.frame({ frame: 2, capturedUs: 1_030_000, take: 2 });
    await settle();
    expect(scenes.map((scene) => scene?.boxes)).toEqual([[]]);
  });

  it('places boxes alike at every tier, also where the size of the picture was rounded up', async () => {
    const box = { bbox: { x1: 100, y1: 90, x2: 140, y2: 110 }, velocity: { x: 0, y: 0 } };
    const rects = [];
    for (const [scale, width, height] of [
      [1, 320, 180],
      [4, 80, 45],
      [8, 40, 23],
    ] as const) {
      const { server, session } = setUp();
      session.attach(screenOf(width, height));
      const scenes: (Scene | undefined)[] = [];
      // As wide as the pictures, and higher than any of them.
      const stage = { width: 320, height: 400 };
      session.attachOverlay(() => ({
        stage,
        measure: () => 1,
        show: (scene) => scenes.push(scene),
        close: () => undefined,
      }));
      server.last.hello({ analytics: true, scale, width: 320, height: 180 });
      server.last.analytics({
        captured_us: 1_000_000,
        objects: [{ track_id: 1, class: 'car', confidence: 1, ...box }],
      });
      server.last.frame({ frame: 1, capturedUs: 1_000_000, scale });
      await settle();
      rects.push(scenes[0]?.boxes[0]?.rect);
    }
    const rect = { x: 100, y: 200, width: 40, height: 20 };
    // The 23 rows of the eighth stand for 184, so that the picture begins two rows higher.
    expect(rects).toEqual([rect, rect, { ...rect, y: 198 }]);
  });

  it('draws the blocks that were sent since the picture before, while that is wanted', async () => {
    const { server, session } = setUp();
    session.attach(screenOf(1280, 720));
    const scenes: (Scene | undefined)[] = [];
    session.attachOverlay(() => ({
      stage: { width: 1280, height: 720 },
      measure: () => 1,
      show: (scene) => scenes.push(scene),
      close: () => undefined,
    }));
    server.last.hello({ delta: true });
    const patch = { width: 1280, height: 720, runs: [{ skip: 1, send: 2 }] };
    const paint = async (frame: number) => {
      server.last.frame({ frame, ...(frame > 1 && { delta: {}, patch }) });
      await settle();
      return scenes.at(-1)?.blocks;
    };
    expect([await paint(1), await paint(2)]).toEqual([[], []]);
    session.chooseAnalytics({ blocks: true });
    const rect = { x: 16, y: 0, width: 32, height: 16 };
    expect(await paint(3)).toEqual([{ rect, refined: false }]);
    // What came in between is of pictures that nobody saw.
    server.last.frame({ frame: 4, delta: {}, patch });
    session.setVisible(false);
    server.last.frame({ frame: 5, delta: {}, patch });
    session.setVisible(true);
    server.last.frame({ frame: 6 });
    await settle();
    const all = { x: 0, y: 0, width: 1280, height: 720 };
    expect(scenes.at(-1)?.blocks).toEqual([{ rect: all, refined: false }]);
    expect(await paint(7)).toEqual([{ rect, refined: false }]);
    // There would be no switch to end that where only complete pictures come.
    server.last.hello();
    expect(await paint(8)).toEqual([]);
  });

  it('does without results while nothing is made from them, also after a reconnect', () => {
    const { server, session, time, view } = setUp();
    server.last.hello({ analytics: true });
    session.chooseAnalytics({
      boxes: false,
      labels: false,
      trails: false,
      heat: false,
      lines: false,
      panel: false,
    });
    expect(server.last.sentOf('analytics')).toEqual([{ type: 'analytics', enabled: false }]);
    expect(view().analytics.choices.panel).toBe(false);
    server.last.server.closed(1006, '');
    time.advance(10_000);
    server.last.hello({ analytics: true });
    expect(server.sockets.length).toBe(2);
    expect(server.last.sentOf('analytics')).toEqual([{ type: 'analytics', enabled: false }]);
    session.chooseAnalytics({ panel: true });
    expect(server.last.sentOf('analytics')[1]).toEqual({ type: 'analytics', enabled: true });
  });

  it('does without results while nobody can see the page', () => {
    const { server, session } = setUp();
    server.last.hello({ analytics: true });
    session.setVisible(false);
    expect(server.last.sentOf('analytics')).toEqual([{ type: 'analytics', enabled: false }]);
    session.setVisible(true);
    expect(server.last.sentOf('analytics')[1]).toEqual({ type: 'analytics', enabled: true });
  });

  it('tells why there are no analytics where the server says so', async () => {
    const analytics = {
      crowd: { state: 'failed', reason: 'model nope.onnx: no such file' },
      detect: { state: 'off' },
    };
    const { server, time, view } = setUp('automatic', { cameras: [{ camera: 'main', analytics }] });
    server.last.hello({ analytics: false });
    await settle();
    time.advance(250);
    expect(view().analytics.offer).toEqual({ kind: 'off', reason: 'model nope.onnx: no such file' });
  });
});
