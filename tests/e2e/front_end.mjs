// The website of existing front ends, on a port of its own. In: the pages beside this file, and the client of
// Socket.IO. Out: an origin at which they are served, to be allowed by the server that they watch.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { resolve } from 'node:path';

const SOCKET_IO = '../support/socketio/node_modules/socket.io-client/dist/socket.io.min.js';
/** Files by their paths, each with its type. */
const FILES = {
  '/heatmap': ['heatmap_client.html', 'text/html'],
  '/stream': ['stream_client.html', 'text/html'],
  '/socket.io.js': [SOCKET_IO, 'text/javascript'],
};

export class FrontEnd {
  static async start() {
    const site = new FrontEnd();
    site.listener = createServer((request, response) => void site.#answer(request, response));
    site.listener.listen(0, '127.0.0.1');
    await once(site.listener, 'listening');
    site.origin = `http://127.0.0.1:${site.listener.address().port}`;
    return site;
  }

  async #answer({ url }, response) {
    const found = FILES[new URL(url, this.origin).pathname];
    if (found === undefined) return response.writeHead(404).end();
    const [file, type] = found;
    response.setHeader('content-type', type).end(await readFile(resolve(import.meta.dirname, file)));
  }

  /** Address of a page that watches this server. @param {string} path @param {string} server */
  page(path, server) {
    return `${this.origin}${path}?server=${encodeURIComponent(server)}`;
  }

  async stop() {
    this.listener.closeAllConnections();
    this.listener.close();
    await once(this.listener, 'close');
  }
}
