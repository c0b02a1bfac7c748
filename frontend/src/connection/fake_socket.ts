// A server in a test's hands. In: what the test lets the server say. Out: every address opened and every
// message sent. Product code never imports this.
import { sampleFrame, type SampleFrame } from '../protocol/sample_frames';
import type { OpenSocket, Socket, SocketEvents } from './socket';

/** Levels that the fake server offers. */
export const LADDER = [30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95];

export class FakeSocket implements Socket {
  readonly sent: unknown[] = [];
  closedWith: number | undefined;

  constructor(
    readonly address: string,
    readonly server: SocketEvents,
  ) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number): void {
    this.closedWith = code;
  }

  says(message: object): void {
    this.server.text(JSON.stringify(message));
  }

  hello(fields: object = {}): void {
    const size = { scale: 1, scales: [1, 2, 4, 8], width: 1280, height: 720 };
    this.says({
      type: 'hello',
      protocol: 1,
      run: 'a',
      camera: 'main',
      level: 95,
      levels: LADDER,
      ...size,
      server: '1',
      ...fields,
    });
  }

  status(fields: object = {}): void {
    this.says({ type: 'status', state: 'streaming', fps: 34, viewers: 1, skipped: 0, ...fields });
  }

  analytics(fields: object = {}): void {
    const nothing = { counts: {}, lines: [], zones: [], timings_ms: {} };
    this.says({
      type: 'analytics',
      camera: 'main',
      frame: 1,
      captured_us: 1,
      finished_us: 2,
      ...nothing,
      ...fields,
    });
  }

  frame(frame: SampleFrame): void {
    this.server.binary(sampleFrame(frame));
  }

  sentOf(type: string): unknown[] {
    return this.sent.filter((message) => JSON.stringify(message).startsWith(`{"type":"${type}"`));
  }
}

export class FakeServer {
  readonly sockets: FakeSocket[] = [];

  readonly open: OpenSocket = (address, events) => {
    const socket = new FakeSocket(address, events);
    this.sockets.push(socket);
    return socket;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody has connected yet');
    return socket;
  }
}
