// The real program as a child process. In: flags. Out: where it listens, and ways to end it. Every one that
// was started is ended with this process, whatever happens to the tests.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../..');
const ADDRESS = / on (https?:\/\/[\d.]+:(\d+))/;
/** Longest time until the program says its address, ms. */
const START_WITHIN_MS = 20_000;
/** Longest time that the program may take to end when asked, ms. */
const STOP_WITHIN_MS = 5_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// Without a handler a signal ends the process without the event above.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
])
  process.once(signal, () => process.exit(128 + number));

/** The program under test: `STEADYCAST_BIN`, or where a release build puts it. */
function binary() {
  const built = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target', 'release/steadycast');
  const path = process.env.STEADYCAST_BIN || built;
  if (!existsSync(path))
    throw new Error(`${path} does not exist; run "cargo build --release" first, or set STEADYCAST_BIN`);
  return path;
}

/** Environment without settings: those of whoever runs the tests must not change what is tested. */
function cleanEnvironment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('STEADYCAST_'));
  // No test finds what another one left in a database or a file.
  const names = ['STEADYCAST_DATABASE', 'STEADYCAST_ACCESS_DATABASE', 'STEADYCAST_JWT_KEY_FILE'];
  const nothing = names.map((name) => [name, 'none']);
  return { ...Object.fromEntries([...own, ...nothing]), RUST_LOG: 'info' };
}

/** Adds a viewer to a database, by the program's own command. */
export function addUser(database, name, password) {
  const { status, stderr } = spawnSync(binary(), ['user', 'add', name, '--role', 'viewer'], {
    cwd: tmpdir(),
    env: { ...cleanEnvironment(), STEADYCAST_ACCESS_DATABASE: database },
    input: `${password}\n`,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} is not added: ${stderr}`);
}

/**
 * Writes pictures of the drawn plaza into a folder, as 000001.jpg and so on, by the program's own command.
 * @param {string} folder
 * @param {string[]} [flags]
 */
export function drawPlaza(folder, flags = []) {
  const command = ['scene', '--out', folder, ...flags];
  const { status, stderr } = spawnSync(binary(), command, { env: cleanEnvironment(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`no plaza is drawn: ${stderr}`);
}

export class Server {
  log = '';
  /** @type {string} */ url;
  /** @type {number} */ port;

  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.child = child;
    this.ended = once(child, 'exit').then(([code, signal]) => {
      running.delete(child);
      return { code, signal };
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (this.log += text));
  }

  /**
   * @param {string[]} [flags]
   * @param {number} [port] the one to listen on; by default any that is free
   * @param {string} [namespace] the network namespace to run in, if not this process's own
   * @param {string} [folder] where it keeps what it makes for itself
   */
  static async start(flags = [], port = 0, namespace = undefined, folder = tmpdir()) {
    const options = { cwd: folder, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] };
    const command = [binary(), '--port', String(port), ...flags];
    // `ip` becomes the program, so signals reach it.
    const [program, ...words] =
      namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command];
    const child = spawn(program, words, options);
    running.add(child);
    const server = new Server(child);
    await server.#listening();
    return server;
  }

  async #listening() {
    const expired = sleep(START_WITHIN_MS, 'says no address', { ref: false });
    const ended = this.ended.then(({ code }) => `ended with ${code}`);
    for (;;) {
      const found = ADDRESS.exec(this.log);
      if (found) {
        this.url = found[1];
        this.port = Number(found[2]);
        return;
      }
      const trouble = await Promise.race([
        once(this.child.stderr, 'data').then(() => undefined),
        expired,
        ended,
      ]);
      if (trouble === undefined) continue;
      this.child.kill('SIGKILL');
      throw new Error(`the server ${trouble}:\n${this.log}`);
    }
  }

  /** Ends the program at once, as a crash or a power cut would. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks the program to end. Harmless if it has ended already. */
  async stop() {
    this.child.kill('SIGTERM');
    const how = await Promise.race([this.ended, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
    if (how !== undefined) return how;
    await this.kill();
    throw new Error(`the server did not end within ${STOP_WITHIN_MS / 1000} s of being asked:\n${this.log}`);
  }
}

/** A port that nothing listens on now, for a server that has to come back on the same one. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
