// A whole session, without a browser: fake server, fake surface, simulated time.
import { describe, expect, it } from 'vitest';
import type { Scene } from '../analytics/scene';
import { FakeServer } from '../connection/fake_socket';
import type { Picture, Surface } from '../player/player';
import type { Rung } from '../protocol/protocol';
import type { Choice } from '../quality/decision';
import type { Keeper } from '../storage/keeper';
import { SimulatedTime } from '../time/simulated_time';
import { Session } from './session';

const nothingKept: Keeper = { load: () => undefined, save: () => undefined };

function setUp(choice: Choice = 'automatic', status?: unknown) {
  const time = new SimulatedTime();
  const server = new FakeServer();
  const address = ({ level, scale }: Rung) => `/websocket/${level}?scale=${scale}`;
  const keepers = { analytics: nothingKept, quality: nothingKept };
  const askStatus = () => Promise.resolve(status);
  const session = new Session({ address, open: server.open, time, random: () => 1, choice, keepers, askStatus });
  session.start();
  return { time, server, session, view: () => session.store.get() };
}

/** A surface that repaints at once, and a decoder that needs no time. */
const surface: Surface<Picture> = {
  paint: () => undefined,
  beforeRepaint: (task) => {
    task();
    return () => undefined;
  },
};
const decode = () => Promise.resolve({ width: 640, height: 360, close: () => undefined });

/** Lets frames of a camera of 34 FPS come at a steady rate, and status and pong as the server sends them. */
function stream({ time, server, view }: ReturnType<typeof setUp>, fps: number, seconds: number): void {
  for (let frame = 1; frame <= fps * seconds; frame++) {
    time.advance(1000 / fps);
    const number = Math.round(time.now() * 0.034);
    server.last.frame({ frame: number, capturedUs: Math.round((time.now() - 80) * 1000), ...view().quality.rung });
    if (frame % fps === 0) server.last.status();
  }
}

describe('a session', () => {
  it('begins at level 60 in full size and tells the page what the server says', () => {
    const { server, view, time } = setUp();
    server.last.hello({ camera: 'gate' });
    server.last.status({ viewers: 3, skipped: 12 });
    time.advance(250);
    expect(server.last.address).toBe('/websocket/60?scale=1');
    expect(view()).toMatchObject({ connection: { kind: 'open' }, hello: { camera: 'gate' }, status: { viewers: 3, skipped: 12 } });
  });

  it('steps up while all frames come and down when too few do, in band, by the rate of now and not of the start', () => {
    const all = setUp();
    all.server.last.hello({ level: 60 });
    stream(all, 34, 8);
    expect(all.server.last.sentOf('level')[0]).toEqual({ type: 'level', level: 65, scale: 1 });
    stream(all, 15, 4);
    const { rung, history } = all.view().quality;
    expect(history.steps.at(-1)?.reason).toMatchObject({ kind: 'slow', least: 29 });
    expect(all.server.last.sentOf('level').at(-1)).toEqual({ type: 'level', ...rung });
    expect(all.server.sockets).toHaveLength(1);
  });

  it.each([
    ['at once, so that it goes up each second', 80, 5],
    ['late, so that it waits before it tries more', 40, 2],
  ])('knows by the clock of the server whether frames come %s', (_, oneWayMs, steps) => {
    // The frames of the stream are 80 ms old when they arrive; of the link itself each takes a few at most.
    const all = setUp();
    all.server.last.hello();
    const t = all.time.now();
    all.time.advance(2 * oneWayMs);
    all.server.last.says({ type: 'pong', t, server_us: (t + oneWayMs) * 1000 });
    stream(all, 34, 5);
    expect(all.view().quality.history.steps).toHaveLength(steps);
  });

  it('shows the received rate', () => {
    const all = setUp();
    all.server.last.hello();
    stream(all, 34, 4);
    expect(all.view().fps).toBeCloseTo(34, 0);
  });

  it('measures delay from capture to paint by the clock of the server', async () => {
    const { server, session, time, view } = setUp();
    session.attach(surface, decode);
    server.last.hello();
    const t = time.now();
    server.last.says({ type: 'pong', t, server_us: (t + 5_000) * 1000 });
    server.last.frame({ frame: 1, capturedUs: (t + 5_000 - 120) * 1000 });
    for (let i = 0; i < 5; i++) await Promise.resolve();
    time.advance(250);
    expect(view()).toMatchObject({ delayMs: 120, picture: { width: 640, height: 360, rung: { level: 95, scale: 1 } } });
  });

  it('tells the server which frame was painted', async () => {
    const { server, session } = setUp();
    session.attach(surface, decode);
    server.last.hello();
    server.last.frame({ frame: 5 });
    for (let i = 0; i < 5; i++) await Promise.resolve();
    server.last.frame({ frame: 6 });
    expect(server.last.sentOf('ack').at(-1)).toEqual({ type: 'ack', frame: 6, shown: 5 });
  });

  it('follows a choice by hand and keeps it', () => {
    const all = setUp();
    all.server.last.hello();
    all.session.choose({ level: 50, scale: 2 });
    stream(all, 10, 10);
    expect(all.server.last.sentOf('level')).toEqual([{ type: 'level', level: 50, scale: 2 }]);
    expect(all.view().quality).toMatchObject({ mode: 'manual', rung: { level: 50, scale: 2 }, reason: { pause: 'by_hand' } });
  });

  it('starts with the rung of the page address', () => {
    const { server, view, time } = setUp({ level: 70, scale: 4 });
    server.last.hello({ level: 70, scale: 4 });
    time.advance(250);
    expect([server.last.address, view().quality.mode]).toEqual(['/websocket/70?scale=4', 'manual']);
    expect(server.last.sentOf('level')).toEqual([]);
  });

  it('brings a rung chosen by hand inside of what the server offers', () => {
    const { server, view, time } = setUp({ level: 95, scale: 8 });
    server.last.hello({ level: 70, scale: 2, levels: [40, 55, 70], scales: [1, 2] });
    time.advance(250);
    expect(view().quality.rung).toEqual({ level: 70, scale: 2 });
    expect(server.last.sentOf('level')).toEqual([{ type: 'level', level: 70, scale: 2 }]);
  });

  it('takes over a level that the server limits', () => {
    const { server, view, time } = setUp();
    server.last.hello();
    server.last.says({ type: 'level', level: 50, scale: 2, reason: 'limit' });
    time.advance(250);
    expect(view().quality.rung).toEqual({ level: 50, scale: 2 });
  });

  it('counts down to the next try', () => {
    const { server, view, time } = setUp();
    server.last.server.closed(1013, '');
    expect(view().retryInS).toBe(5);
    time.advance(3_000);
    expect(view().retryInS).toBe(2);
    time.advance(2_000);
    expect(view()).toMatchObject({ connection: { kind: 'connecting' }, retryInS: undefined });
  });

  it('does not step while the tab is hidden', () => {
    const all = setUp();
    all.server.last.hello();
    stream(all, 34, 3);
    all.session.setVisible(false);
    const { length } = all.server.last.sentOf('level');
    stream(all, 5, 10);
    expect(all.server.last.sentOf('level')).toHaveLength(length);
    expect(all.server.last.sentOf('ack')).not.toEqual([]);
  });

  it('shows what the analytics say, and how late it is by the clock of the server', () => {
    const { server, time, view } = setUp();
    server.last.hello({ analytics: true });
    const t = time.now();
    server.last.says({ type: 'pong', t, server_us: (t + 5_000) * 1000 });
    const grid = { cols: 1, rows: 1, max: 1, data: 'AA==' };
    server.last.analytics({ captured_us: (t + 5_000 - 90) * 1000, crowd: { total: 41.7, risk: 'low', grid } });
    time.advance(250);
    expect(view().analytics).toMatchObject({ offer: { kind: 'on' }, people: { kind: 'estimated', total: 41.7 }, risk: 'low', delayMs: 90 });
  });

  it('draws results on the frame it paints, at the size that the camera gives', async () => {
    const { server, session } = setUp();
    session.attach(surface, decode);
    const scenes: (Scene | undefined)[] = [];
    const stage = { width: 640, height: 360 };
    session.attachOverlay(() => ({ stage, measure: () => 1, show: (scene) => scenes.push(scene), close: () => undefined }));
    server.last.hello({ analytics: true });
    const box = { bbox: { x1: 100, y1: 50, x2: 140, y2: 90 }, velocity: { x: 40, y: 0 } };
    server.last.analytics({ captured_us: 1_000_000, objects: [{ track_id: 1, class: 'car', confidence: 1, ...box }] });
    expect(scenes).toEqual([]);
    server.last.frame({ frame: 1, capturedUs: 1_250_000 });
    for (let i = 0; i < 5; i++) await Promise.resolve();
    expect(scenes.map((scene) => scene?.boxes.map((each) => each.rect))).toEqual([[{ x: 110, y: 50, width: 40, height: 40 }]]);
  });

  it('places boxes alike at every tier, also where the size of the picture was rounded up', async () => {
    const box = { bbox: { x1: 100, y1: 90, x2: 140, y2: 110 }, velocity: { x: 0, y: 0 } };
    const rects = [];
    for (const [scale, width, height] of [[1, 320, 180], [4, 80, 45], [8, 40, 23]] as const) {
      const { server, session } = setUp();
      session.attach(surface, () => Promise.resolve({ width, height, close: () => undefined }));
      const scenes: (Scene | undefined)[] = [];
      // As wide as the pictures, and higher than any of them.
      const stage = { width: 320, height: 400 };
      session.attachOverlay(() => ({ stage, measure: () => 1, show: (scene) => scenes.push(scene), close: () => undefined }));
      server.last.hello({ analytics: true, scale, width: 320, height: 180 });
      server.last.analytics({ captured_us: 1_000_000, objects: [{ track_id: 1, class: 'car', confidence: 1, ...box }] });
      server.last.frame({ frame: 1, capturedUs: 1_000_000, scale });
      for (let i = 0; i < 5; i++) await Promise.resolve();
      rects.push(scenes[0]?.boxes[0]?.rect);
    }
    const rect = { x: 100, y: 200, width: 40, height: 20 };
    // The 23 rows of the eighth stand for 184, so that the picture begins two rows higher.
    expect(rects).toEqual([rect, rect, { ...rect, y: 198 }]);
  });

  it('does without results while nothing is made from them, also after a reconnect', () => {
    const { server, session, time, view } = setUp();
    server.last.hello({ analytics: true });
    session.chooseAnalytics({ boxes: false, labels: false, heat: false, lines: false, panel: false });
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
    const analytics = { crowd: { state: 'failed', reason: 'model nope.onnx: no such file' }, detect: { state: 'off' } };
    const { server, time, view } = setUp('automatic', { cameras: [{ camera: 'main', analytics }] });
    server.last.hello({ analytics: false });
    for (let i = 0; i < 5; i++) await Promise.resolve();
    time.advance(250);
    expect(view().analytics.offer).toEqual({ kind: 'off', reason: 'model nope.onnx: no such file' });
  });

  it('counts what it could not read', () => {
    const { server, view, time } = setUp();
    server.last.hello();
    server.last.server.text('{');
    time.advance(250);
    expect(view().unreadable).toBe(1);
  });

  it('leaves no timer behind when it is stopped', () => {
    const { server, session, time } = setUp();
    server.last.hello();
    session.stop();
    expect(time.pending).toBe(0);
  });
});
