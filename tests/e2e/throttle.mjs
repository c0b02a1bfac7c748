// A thin link on loopback: a TCP proxy whose rate from server to browser can be changed while it runs. In:
// the server's port and a rate. Out: a port that browsers connect to, and how many bytes have passed. It must
// not become a buffer of its own, so it reads small pieces and only as fast as it passes them on; what lies
// in the kernel's buffers is up to the two ends.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Bytes held here at most, for each connection; a frame is ten times as large. */
const PIECE_BYTES = 16 * 1024;
/** Shortest wait, ms: timers are no finer, and shorter waits add up until one is worth it. */
const TIMER_MS = 2;

export class Throttle {
  /** Bytes a second from server to browser, over all connections together. */
  rate = Infinity;
  /** Number of bytes passed from server to browser so far. */
  passed = 0;
  /** Moment at which the link will have carried everything that was put on it, ms of the monotonic clock. */
  #freeAtMs = 0;
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();

  /** @param {number} serverPort */
  static async start(serverPort) {
    const throttle = new Throttle();
    throttle.listener = createServer((browser) => throttle.#carry(browser, serverPort)).listen(
      0,
      '127.0.0.1',
    );
    await once(throttle.listener, 'listening');
    throttle.url = `http://127.0.0.1:${throttle.listener.address().port}`;
    return throttle;
  }

  async stop() {
    this.listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.listener, 'close');
  }

  /** @param {import('node:net').Socket} browser @param {number} serverPort */
  #carry(browser, serverPort) {
    const buffer = Buffer.alloc(PIECE_BYTES);
    // With a buffer of its own the socket reads into that alone, and pauses when the callback says false.
    const server = connect({
      port: serverPort,
      host: '127.0.0.1',
      onread: {
        buffer,
        callback: (bytes) => this.#pass(Buffer.from(buffer.subarray(0, bytes)), server, browser),
      },
    });
    for (const socket of [browser, server]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        browser.destroy();
        server.destroy();
      });
    }
    browser.pipe(server);
  }

  /** @returns {boolean} whether the server may be read on at once */
  #pass(piece, server, browser) {
    this.passed += piece.length;
    const taken = browser.write(piece);
    const waitMs = this.#charge(piece.length);
    if (taken && waitMs < TIMER_MS) return true;
    const onward = () => (waitMs < TIMER_MS ? server.resume() : setTimeout(() => server.resume(), waitMs));
    if (taken) onward();
    else browser.once('drain', onward);
    return false;
  }

  /** Puts bytes on the link; returns the milliseconds until they have left it. */
  #charge(bytes) {
    const now = performance.now();
    this.#freeAtMs = Math.max(this.#freeAtMs, now) + (bytes / this.rate) * 1000;
    return this.#freeAtMs - now;
  }
}
