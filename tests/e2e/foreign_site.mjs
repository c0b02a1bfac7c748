// Somebody else's website. In: the address of a camera server. Out: a page on another port that tries to
// watch that camera, by every way a browser offers, and says what came of each.
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Outcomes of attempts to watch, `open` or `refused` each.
 * @typedef {{ socket: string, picture: string, status: string }} Attempts
 */

export class ForeignSite {
  static async start() {
    const site = new ForeignSite();
    site.listener = createServer((_, response) => {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><title>Elsewhere</title><p>Elsewhere');
    });
    site.listener.listen(0, '127.0.0.1');
    await once(site.listener, 'listening');
    site.port = site.listener.address().port;
    return site;
  }

  /** Origins of the page: one that browsers call the same site as the server, and one that they do not. */
  get origins() {
    return [`http://127.0.0.1:${this.port}`, `http://localhost:${this.port}`];
  }

  async stop() {
    this.listener.closeAllConnections();
    this.listener.close();
    await once(this.listener, 'close');
  }
}

/**
 * @param {import('playwright-core').Page} page one that shows the foreign site
 * @param {string} server
 * @returns {Promise<Attempts>}
 */
export function tryToWatch(page, server) {
  return page.evaluate(tryEverything, server);
}

/** Tries to watch in every way. Runs in the browser. */
async function tryEverything(server) {
  const outcome = (start) =>
    new Promise((resolve) =>
      start(
        () => resolve('open'),
        () => resolve('refused'),
      ),
    );
  const socket = outcome((opened, refused) => {
    const socket = new WebSocket(`${server.replace('http', 'ws')}/websocket/80`);
    // The first frame proves more than an open socket: a refused viewer may be let in just to be told why.
    socket.onmessage = opened;
    socket.onerror = socket.onclose = refused;
  });
  const picture = outcome((loaded, refused) => {
    const image = new Image();
    image.onload = loaded;
    image.onerror = refused;
    image.src = `${server}/video_feed`;
    document.body.append(image);
    // A stream has no end to be loaded, but its first picture has a size.
    const look = () => (image.naturalWidth > 0 ? loaded() : requestAnimationFrame(look));
    look();
  });
  const status = fetch(`${server}/api/status`)
    .then((response) => response.text())
    .then(
      () => 'open',
      () => 'refused',
    );
  return { socket: await socket, picture: await picture, status: await status };
}
