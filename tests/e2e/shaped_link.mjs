// A link of known rate between a server and a browser: network namespaces joined over a router whose kernel
// shapes what goes towards the viewer (tc tbf), as in tests/support/link/tbf.rs. In: a rate. Out: names of
// namespaces to start programs in, and the server's address there. Needs root; everything is removed with
// this process, whatever happens to the tests.
import { spawnSync } from 'node:child_process';

/** RFC 2544 keeps 198.18.0.0/15 for measuring networks; the two ends are in networks of their own. */
const SERVER = { side: 'server', address: '198.18.0.1', hop: '198.18.0.254' };
const VIEWER = { side: 'viewer', address: '198.18.1.1', hop: '198.18.1.254' };
/** The device of each end, and of the router, towards each. */
const DEVICE = 'link0';
const TOWARDS = { server: 'server0', viewer: 'viewer0' };
/** Three Ethernet frames, the fewest with which tbf keeps its rate when it wakes late. */
const BURST_BYTES = 3 * 1514;
const QUEUE_MS = 200;

/** @type {Set<ShapedLink>} */
const standing = new Set();
process.once('exit', () => {
  for (const link of standing) link.remove();
});

/** Runs a line, a program and its arguments between spaces; what it complains about is the error. */
function run(line, input = '') {
  const [program, ...words] = line.split(' ');
  const { error, status, stderr } = spawnSync(program, words, {
    input,
    stdio: ['pipe', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${line}: ${error?.message ?? stderr.trim()}`);
}

/** Why no link can be made here; undefined where one can. */
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
  /** What `ip netns` calls each. */
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
   * Sets the rate towards the viewer; packets that wait already stay. Out: the moment of it, by the wall
   * clock.
   */
  rate(mbit) {
    const shape = `tbf rate ${mbit}mbit burst ${BURST_BYTES} latency ${QUEUE_MS}ms`;
    run(`tc -n ${this.names.router} qdisc replace dev ${TOWARDS.viewer} root ${shape}`);
    return Date.now();
  }

  /** Devices vanish with their namespace. Harmless if it has been removed already. */
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
