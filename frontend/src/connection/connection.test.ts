// A connection against a server in the test's hands, in simulated time.
import { describe, expect, it } from 'vitest';
import type { ProtocolError, Rung } from '../protocol/protocol';
import { SimulatedTime } from '../time/simulated_time';
import { Connection, type ConnectionState, type Frame } from './connection';
import { FakeServer } from './fake_socket';

function setUp() {
  const time = new SimulatedTime();
  const server = new FakeServer();
  const seen = {
    states: [] as ConnectionState[],
    frames: [] as Frame[],
    messages: [] as string[],
    errors: [] as ProtocolError[],
  };
  const parts = {
    address: ({ level, scale }: Rung) => `/websocket/${level}?scale=${scale}`,
    open: server.open,
    time,
    random: () => 1,
  };
  const connection = new Connection(
    parts,
    { level: 95, scale: 1 },
    {
      state: (state) => seen.states.push(state),
      frame: (frame) => seen.frames.push(frame),
      message: (message) => seen.messages.push(message.kind),
      error: (error) => seen.errors.push(error),
    },
  );
  connection.start();
  return { time, server, seen, connection, state: () => seen.states.at(-1) };
}

describe('opening', () => {
  it('asks for the rung in the address and is open with the first message', () => {
    const { server, state } = setUp();
    expect(server.last.address).toBe('/websocket/95?scale=1');
    expect(state()).toEqual({ kind: 'connecting', tries: 0 });
    server.last.hello();
    expect(state()).toEqual({ kind: 'open' });
  });

  it('is never open for a viewer who is let in only to be told why not', () => {
    const { server, seen, time } = setUp();
    server.last.server.closed(1008, 'token');
    time.advance(60_000);
    expect(seen.states.map((state) => state.kind)).toEqual(['connecting', 'refused']);
    expect(server.sockets).toHaveLength(1);
    expect(time.pending).toBe(0);
  });

  it.each([
    [4404, 'camera'],
    [1003, 'request'],
  ])('stops for good at code %i', (code, why) => {
    const { server, state, time } = setUp();
    server.last.server.closed(code, '');
    time.advance(60_000);
    expect(state()).toMatchObject({ kind: 'refused', why });
    expect(server.sockets).toHaveLength(1);
  });

  it('to a camera that there was not is tried once more when asked to, and to nothing else', () => {
    const { server, state, connection } = setUp();
    connection.reopen();
    expect(server.sockets).toHaveLength(1);
    server.last.server.closed(4404, '');
    connection.retryNow();
    expect(server.sockets).toHaveLength(1);
    connection.reopen();
    server.last.hello();
    expect(state()).toEqual({ kind: 'open' });
    server.last.server.closed(1008, '');
    connection.reopen();
    expect(server.sockets).toHaveLength(2);
  });

  it('gives up on a server that speaks another protocol', () => {
    const { server, state } = setUp();
    server.last.hello({ protocol: 2 });
    expect(state()).toMatchObject({ kind: 'refused', why: 'version' });
    expect(server.last.closedWith).toBe(1000);
  });
});

describe('reconnecting', () => {
  it('waits longer each time, and begins anew after a frame', () => {
    const { server, state, time } = setUp();
    for (const wait of [500, 1000, 2000]) {
      server.last.server.closed(1006, '');
      expect(state()).toMatchObject({ kind: 'waiting', untilMs: time.now() + wait });
      time.advance(wait);
      expect(state()?.kind).toBe('connecting');
    }
    server.last.hello();
    server.last.frame({ frame: 1 });
    server.last.server.closed(1001, '');
    expect(state()).toMatchObject({
      kind: 'waiting',
      untilMs: time.now() + 500,
      message: 'The server is restarting',
    });
  });

  it('keeps doubling for a server that greets but never shows a picture', () => {
    const { server, state, time } = setUp();
    for (const wait of [500, 1000, 2000]) {
      server.last.hello();
      server.last.server.closed(1006, '');
      expect(state()).toMatchObject({ untilMs: time.now() + wait });
      time.advance(wait);
    }
  });

  it('is slower when the server is full', () => {
    const { server, state, time } = setUp();
    server.last.server.closed(1013, '');
    expect(state()).toMatchObject({
      kind: 'waiting',
      untilMs: time.now() + 5_000,
      message: 'Viewer limit reached, trying again',
    });
  });

  it('happens at once when asked to', () => {
    const { server, state, time, connection } = setUp();
    server.last.server.closed(1013, '');
    connection.retryNow();
    expect(state()?.kind).toBe('connecting');
    server.last.hello();
    time.advance(5_000);
    expect(server.sockets).toHaveLength(2);
  });

  it('replaces a socket on which nothing comes for ten seconds', () => {
    const { server, state, time } = setUp();
    server.last.hello();
    time.advance(9_000);
    server.last.status();
    time.advance(9_000);
    expect(state()?.kind).toBe('open');
    time.advance(1_500);
    expect(server.sockets).toHaveLength(2);
    expect(server.sockets[0]?.closedWith).toBe(1000);
  });

  it('replaces a socket that never answers at all', () => {
    const { server, time } = setUp();
    time.advance(11_000);
    expect(server.sockets).toHaveLength(2);
  });

  it('does not listen to a socket it has given up', () => {
    const { server, seen, time } = setUp();
    server.last.hello();
    time.advance(11_000);
    const before = seen.states.length;
    server.sockets[0]?.frame({ frame: 7 });
    server.sockets[0]?.server.closed(1008, '');
    expect(seen.frames).toEqual([]);
    expect(seen.states).toHaveLength(before);
  });

  it('ends with stop, and no timer is left', () => {
    const { server, state, time, connection } = setUp();
    server.last.hello();
    connection.stop();
    expect(state()).toEqual({ kind: 'stopped' });
    expect(server.last.closedWith).toBe(1000);
    expect(time.pending).toBe(0);
  });
});

describe('frames', () => {
  it('are asked for as a whole only while there is a connection', () => {
    const { server, connection, time } = setUp();
    connection.needKey();
    expect(server.last.sent).toEqual([]);
    server.last.hello();
    connection.needKey();
    expect(server.last.sentOf('key')).toEqual([{ type: 'key' }]);
    server.last.server.closed(1006, '');
    connection.needKey();
    time.advance(10_000);
    expect(server.last.sentOf('key')).toEqual([]);
  });

  it('are acked on arrival, with the newest painted one', () => {
    const { server, seen, connection } = setUp();
    server.last.frame({ frame: 10 });
    connection.painted(10, seen.frames[0]?.epoch ?? -1);
    server.last.frame({ frame: 12 });
    expect(server.last.sentOf('ack')).toEqual([
      { type: 'ack', frame: 10 },
      { type: 'ack', frame: 12, shown: 10 },
    ]);
  });

  it('of the connection before are not reported as shown on this one', () => {
    const { server, seen, time, connection } = setUp();
    server.last.frame({ frame: 9000 });
    server.last.server.closed(1006, '');
    time.advance(500);
    connection.painted(9000, seen.frames[0]?.epoch ?? -1);
    server.last.frame({ frame: 1 });
    expect(server.last.sentOf('ack')).toEqual([{ type: 'ack', frame: 1 }]);
  });

  it('that cannot be read are told, not acked, and do no harm', () => {
    const { server, seen, state } = setUp();
    server.last.server.binary(new ArrayBuffer(3));
    server.last.server.text('{');
    expect(seen.errors.map((error) => error.kind)).toEqual(['not_a_frame', 'malformed']);
    expect(server.last.sentOf('ack')).toEqual([]);
    expect(state()?.kind).toBe('open');
  });
});

describe('the rung', () => {
  it('is switched in band', () => {
    const { server, connection } = setUp();
    server.last.hello();
    connection.setRung({ level: 70, scale: 2 });
    connection.setRung({ level: 70, scale: 2 });
    expect(server.last.sentOf('level')).toEqual([{ type: 'level', level: 70, scale: 2 }]);
    expect(server.sockets).toHaveLength(1);
  });

  it('chosen while connecting is sent as soon as the door is open', () => {
    const { server, connection } = setUp();
    connection.setRung({ level: 70, scale: 2 });
    expect(server.last.sent).toEqual([]);
    server.last.hello();
    expect(server.last.sentOf('level')).toEqual([{ type: 'level', level: 70, scale: 2 }]);
  });

  it('is kept across a reconnect', () => {
    const { server, time, connection } = setUp();
    server.last.hello();
    connection.setRung({ level: 70, scale: 2 });
    server.last.server.closed(1006, '');
    time.advance(500);
    expect(server.last.address).toBe('/websocket/70?scale=2');
    server.last.hello();
    expect(server.last.sentOf('level')).toEqual([]);
  });

  it('limited by the server can be asked for again later', () => {
    const { server, connection } = setUp();
    server.last.hello();
    server.last.says({ type: 'level', level: 80, scale: 1, reason: 'limit' });
    connection.setRung({ level: 95, scale: 1 });
    expect(server.last.sentOf('level')).toEqual([{ type: 'level', level: 95, scale: 1 }]);
  });
});

describe("the server's clock", () => {
  it('is asked often at first, then every two seconds', () => {
    const { server, time } = setUp();
    server.last.hello();
    const asked = [1, 3_000, 2_000].map((ms) => {
      time.advance(ms);
      server.last.status();
      return server.last.sentOf('ping').length;
    });
    expect(asked).toEqual([1, 5, 6]);
  });

  it('is known from the answer', () => {
    const { server, time, connection } = setUp();
    server.last.hello();
    const t = time.now();
    time.advance(40);
    server.last.says({ type: 'pong', t, server_us: (t + 20 + 3000) * 1000 });
    expect(connection.clock).toMatchObject({ offsetMs: 3000, roundTripMs: 40 });
  });

  it('is not learned from an answer to nothing', () => {
    const { server, connection } = setUp();
    server.last.says({ type: 'pong', t: 'any JSON value comes back', server_us: 1 });
    expect(connection.clock).toBeUndefined();
  });
});
