// A link of known rate between a server and a browser: network namespaces joined over a router whose kernel
// shapes what goes towards the viewer (tc tbf), as in tests/support/link/tbf.rs. In: a rate. Out: names of
// namespaces to start programs in, and the server's address there. Needs root; everything is removed with
// this process, whatever happens to the tests.
import { spawnSync } from 'node:child_process';

/** Ends of the link, in networks of their own: RFC 2544 keeps 198.18.0.0/15 for measuring networks. */
const SERVER = { side: 'server', address: '198.18.0.1', hop: '198.18.0.254' };
const VIEWER = { side: 'viewer', address: '198.18.1.1', hop: '198.18.1.254' };
/** Name of the device at each end. */
const DEVICE = 'link0';
/** Names of the router's devices towards each end. */
const TOWARDS = { server: 'server0', viewer: 'viewer0' };
/**
 * Bytes that may pass at once: three Ethernet frames, the fewest with which tbf keeps its rate when it wakes
 * late.
 */
const BURST_BYTES = 3 * 1514;
/** Longest time that a packet waits in the queue, ms; what would wait longer is lost. */
const QUEUE_MS = 200;

/** @type {Set<ShapedLink>} */
const standing = new Set();
process.once('exit', () => {
  for (const link of standing) link.remove();
});

/** Runs a program, given with its arguments in one line; its complaints become the error. */
function run(line, input = '') {
  const [program, ...words] = line.split(' ');
  const { error, status, stderr } = spawnSync(program, words, {
    input,
    stdio: ['pipe', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${line}: ${error?.message ?? stderr.trim()}`);
}

/** Reason why no link can be made here; undefined where one can. */
export function refusal() {
  const name = `steadycast-e2e-${process.pid}-try`;
  try {
    run(`ip netns add ${name}`);
    run(`ip netns delete ${name}`);
    run('tc -V');
    return undefined;
  } catch (error) {
    return error.message;
  }
}

export class ShapedLink {
  /** @type {string[]} */
  #made = [];
  host = SERVER.address;
  /** Names of the network namespaces. */
  names = Object.fromEntries(
    ['server', 'router', 'viewer'].map((side) => [side, `steadycast-e2e-${process.pid}-${side}`]),
  );

  /** @param {number} mbit megabits a second, Ethernet's headers included */
  static make(mbit) {
    const link = new ShapedLink();
    standing.add(link);
    try {
      link.#build();
      link.rate(mbit);
    } catch (error) {
      link.remove();
      throw error;
    }
    return link;
  }

  #build() {
    const { names } = this;
    for (const name of Object.values(names)) {
      run(`ip netns add ${name}`);
      this.#made.push(name);
      run(`ip -n ${name} link set lo up`);
    }
    for (const { side, address, hop } of [SERVER, VIEWER]) {
      const [end, device] = [names[side], TOWARDS[side]];
      run(`ip link add ${DEVICE} netns ${end} type veth peer name ${device} netns ${names.router}`);
      run(`ip -n ${names.router} address add ${hop}/24 dev ${device}`);
      // Single packets, as on a real link, and not the bundles that kernels hand each other.
      run(`ip -n ${names.router} link set ${device} up gso_max_segs 1`);
      run(`ip -n ${end} address add ${address}/24 dev ${DEVICE}`);
      run(`ip -n ${end} link set ${DEVICE} up gso_max_segs 1`);
      run(`ip -n ${end} route add default via ${hop} dev ${DEVICE}`);
    }
    // Shaped where it is forwarded: a kernel that shapes what it sends itself keeps its senders from filling
    // that queue.
    run(`ip netns exec ${names.router} tee /proc/sys/net/ipv4/ip_forward`, '1');
  }

  /**
   * Sets the rate towards the viewer; packets that wait already stay. Returns the moment of the change, by
   * the wall clock.
   */
  rate(mbit) {
    const shape = `tbf rate ${mbit}mbit burst ${BURST_BYTES} latency ${QUEUE_MS}ms`;
    run(`tc -n ${this.names.router} qdisc replace dev ${TOWARDS.viewer} root ${shape}`);
    return Date.now();
  }

  /** Removes the namespaces, and with them the devices. Harmless if they have been removed already. */
  remove() {
    standing.delete(this);
    for (const name of this.#made.splice(0)) {
      try {
        run(`ip netns delete ${name}`);
      } catch {
        // The name is left, and `ip netns` shows it; the others have to go all the same.
      }
    }
  }
}
