// A front end as there are some: listens for news by Socket.IO, asks for figures, and goes.
//
//   node client.mjs URL OPTIONS TRANSPORT EVENT...
//
// OPTIONS are those of socket.io-client as JSON. Prints one JSON object: the transport at the end, the first
// of each EVENT, the answer to `request_stats`, and `error` where the server did not let it in. Waits until
// there is one of each EVENT and the transport is TRANSPORT; ends with 1 if that does not come.
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';

/** Longest time until everything has come, ms. */
const WITHIN_MS = 30_000;

const [url, options, wanted, ...kinds] = process.argv.slice(2);
const socket = io(url, { reconnection: false, forceNew: true, ...JSON.parse(options) });
const events = {};

/** Says how it went, and goes. */
function end(outcome) {
  console.log(JSON.stringify(outcome));
  socket.disconnect();
}

/** Waits until `holds`. */
async function until(holds) {
  while (!holds()) await sleep(20);
}

setTimeout(() => {
  console.error(`not within ${WITHIN_MS} ms: ${kinds} over ${wanted}; heard ${Object.keys(events)}`);
  process.exit(1);
}, WITHIN_MS).unref();

socket.onAny((event, news) => (events[event] ??= news));
socket.on('connect_error', (error) => end({ error: error.message }));
socket.on('disconnect', (reason) => console.log(JSON.stringify({ disconnected: reason })));
socket.on('connect', async () => {
  const transport = () => socket.io.engine.transport.name;
  await until(() => kinds.every((kind) => kind in events) && transport() === wanted);
  const answer = await socket.emitWithAck('request_stats');
  const update = new Promise((resolve) => socket.once('stats_update', resolve));
  socket.emit('request_stats');
  await update;
  end({ transport: transport(), events, answer });
});
