// Pictures, quality and connection of a whole session.
import { describe, expect, it } from 'vitest';
import { screenOf, settle, setUp, stream } from './session_scenario';

describe('a session', () => {
  it('begins at level 60 in full size and tells the page what the server says', () => {
    const { server, view, time } = setUp();
    server.last.hello({ camera: 'gate' });
    server.last.status({ viewers: 3, skipped: 12 });
    time.advance(250);
    expect(server.last.address).toBe('/websocket/60?scale=1');
    expect(view()).toMatchObject({
      connection: { kind: 'open' },
      hello: { camera: 'gate' },
      status: { viewers: 3, skipped: 12 },
    });
  });

  it('names the camera that was asked for until the server says which it is', () => {
    const { server, view, session } = setUp('automatic', undefined, 'gate');
    expect(view().camera).toBe('gate');
    server.last.server.closed(4404, '');
    expect(view()).toMatchObject({ camera: 'gate', hello: undefined, connection: { kind: 'refused' } });
    session.reopen();
    server.last.hello({ camera: 'gate' });
    expect(view().connection).toEqual({ kind: 'open' });
    const unnamed = setUp();
    expect(unnamed.view().camera).toBeUndefined();
    unnamed.server.last.hello({ camera: 'main' });
    unnamed.time.advance(250);
    expect(unnamed.view().camera).toBe('main');
  });

  it('tells which quality was chosen, for the session of the next camera', () => {
    const { server, session } = setUp();
    server.last.hello();
    expect(session.choice).toBe('automatic');
    session.choose({ level: 70, scale: 2 });
    expect(session.choice).toEqual({ level: 70, scale: 2 });
    session.choose('automatic');
    expect(session.choice).toBe('automatic');
  });

  it('steps up while all frames come and down when too few do, in band, by the rate of now', () => {
    const all = setUp();
    all.server.last.hello({ level: 60 });
    stream(all, 34, 8);
    expect(all.server.last.sentOf('level')[0]).toEqual({ type: 'level', level: 65, scale: 1 });
    stream(all, 15, 4);
    const { rung, history } = all.view().quality;
    expect(history.steps.at(-1)?.reason).toMatchObject({ kind: 'slow', least: 29.5 });
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
    session.attach(screenOf());
    server.last.hello();
    const t = time.now();
    server.last.says({ type: 'pong', t, server_us: (t + 5_000) * 1000 });
    server.last.frame({ frame: 1, capturedUs: (t + 5_000 - 120) * 1000 });
    await settle();
    time.advance(250);
    expect(view()).toMatchObject({
      delayMs: 120,
      picture: { width: 640, height: 360, rung: { level: 95, scale: 1 } },
    });
  });

  it('tells the page of the first picture at once, so that no notice stays over it', async () => {
    const { server, session, view } = setUp();
    session.attach(screenOf());
    server.last.hello();
    server.last.frame({ frame: 1 });
    await settle();
    expect(view().picture).toMatchObject({ width: 640, height: 360 });
  });

  it('tells the server which frame was painted', async () => {
    const { server, session } = setUp();
    session.attach(screenOf());
    server.last.hello();
    server.last.frame({ frame: 5 });
    await settle();
    server.last.frame({ frame: 6 });
    expect(server.last.sentOf('ack').at(-1)).toEqual({ type: 'ack', frame: 6, shown: 5 });
  });

  it('asks for a complete picture where deltas are missing, once', async () => {
    const { server, session } = setUp();
    session.attach(screenOf());
    server.last.hello({ delta: true });
    server.last.frame({ frame: 1 });
    server.last.frame({ frame: 2, delta: { base: 1 } });
    await settle();
    expect(server.last.sentOf('key')).toEqual([]);
    // The page holds frame 2 and was never told of frame 3.
    for (const frame of [4, 5]) server.last.frame({ frame, delta: { base: 3 } });
    expect(server.last.sentOf('key')).toEqual([{ type: 'key' }]);
    expect(server.last.sentOf('ack').at(-1)).toEqual({ type: 'ack', frame: 5, shown: 2 });
  });

  it('asks for a complete picture at once where the first one cannot be drawn', async () => {
    const { server, session } = setUp();
    session.attach({ ...screenOf(), draw: () => Promise.reject(new Error('no JPEG')) });
    server.last.hello({ delta: true });
    server.last.frame({ frame: 1 });
    await settle();
    expect(server.last.sentOf('key')).toEqual([{ type: 'key' }]);
  });

  it('asks for no complete picture where only such come', async () => {
    const { server, session } = setUp();
    session.attach({ ...screenOf(), draw: () => Promise.reject(new Error('no JPEG')) });
    server.last.hello();
    server.last.frame({ frame: 1 });
    await settle();
    expect(server.last.sentOf('key')).toEqual([]);
  });

  it('takes blocks made sharper for no frames, and tells what they took', async () => {
    const all = setUp();
    all.session.attach(screenOf());
    all.server.last.hello({ delta: true });
    const rung = { level: 60, scale: 1 };
    for (let frame = 1; frame <= 90; frame++) {
      all.time.advance(1000 / 30);
      all.server.last.frame({ frame, ...rung, ...(frame > 1 && { delta: { whole: 40_000 } }) });
      all.server.last.frame({ frame, ...rung, delta: { base: frame, refined: true } });
      await settle();
    }
    all.time.advance(250);
    const { fps, paintedFps, mbit, wholeMbit, dropped } = all.view();
    for (const rate of [fps, paintedFps]) {
      expect(rate).toBeGreaterThan(25);
      expect(rate).toBeLessThan(31);
    }
    // Sixty messages a second of about a hundred and fifty bytes each.
    expect(mbit).toBeLessThan(0.15);
    expect(wholeMbit).toBeGreaterThan(8);
    expect(wholeMbit).toBeLessThan(9.7);
    expect(dropped).toBe(0);
  });

  it('knows nothing of whole frames where only such come', () => {
    const all = setUp();
    all.server.last.hello();
    stream(all, 34, 4);
    expect(all.view().mbit).toBeGreaterThan(0);
    expect(all.view().wholeMbit).toBeUndefined();
  });

  it('goes on telling what was lost on a surface that was taken away', () => {
    const { server, session, view, time } = setUp();
    const stuck = { ...screenOf(), draw: () => new Promise<never>(() => undefined) };
    const detach = session.attach(stuck);
    server.last.hello();
    [1, 2, 3].forEach((frame) => server.last.frame({ frame }));
    detach();
    time.advance(250);
    expect(view().dropped).toBe(1);
  });

  it('follows a choice by hand and keeps it', () => {
    const all = setUp();
    all.server.last.hello();
    all.session.choose({ level: 50, scale: 2 });
    stream(all, 10, 10);
    expect(all.server.last.sentOf('level')).toEqual([{ type: 'level', level: 50, scale: 2 }]);
    expect(all.view().quality).toMatchObject({
      mode: 'manual',
      rung: { level: 50, scale: 2 },
      reason: { pause: 'by_hand' },
    });
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
