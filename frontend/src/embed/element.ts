// An element for other people's pages: `<steadycast-camera camera="yard" token="…">`. In: attributes
// (`server`, `camera`, `token`, `level`, `layers`), or for the page at /embed the address. Out: the live
// picture with the chosen layers, and a word where there is none. It has a session like the viewer's, which
// ends when the element goes, and rests while it cannot be seen.
import { browserCameras, browserSession } from '../live/browser_session';
import type { Session } from '../live/session';
import { noticeWord } from '../live/words';
import { overlayCanvas } from '../overlay/overlay_canvas';
import { noKeeper } from '../storage/keeper';
import { canvasScreen } from '../player/canvas_screen';
import DecodeWorker from '../player/decode.worker?worker&inline';
import { LOOK } from './look';
import { type Wish, wishOf, wishOfPage } from './wish';

/** Words where neither script nor attribute say whose camera is meant. */
const NO_SERVER = 'The attribute server is missing: it is the address of the camera server';

/** Name of the element. */
export const NAME = 'steadycast-camera';

/** Attribute of the element on the page at /embed: the address says what is to be seen. */
const BY_ADDRESS = 'by-address';

const ATTRIBUTES = ['server', 'camera', 'token', 'level', 'layers'] as const;

export class CameraElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;
  /** Server that the script came from; empty where that is unknown. */
  static home = '';
  private end: (() => void) | undefined;

  connectedCallback(): void {
    this.begin();
  }

  disconnectedCallback(): void {
    this.end?.();
    this.end = undefined;
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (this.end !== undefined && before !== now) this.begin();
  }

  /** Shows what the attributes say now, in the place of what was shown. */
  private begin(): void {
    this.end?.();
    const isPage = this.hasAttribute(BY_ADDRESS);
    const wish = isPage
      ? wishOfPage(window.location.href)
      : wishOf((name) => this.getAttribute(name), CameraElement.home);
    this.end = show(this.shadowRoot ?? this.attachShadow({ mode: 'open' }), wish);
  }
}

/** Shows a camera in a shadow tree until the returned function is called. */
function show(root: ShadowRoot, { server, camera, token, choice, layers }: Wish): () => void {
  const [video, overlay, notice] = [parts('div'), parts('canvas'), parts('p')];
  // Pages that allow no `<style>` allow this.
  const look = new CSSStyleSheet();
  look.replaceSync(LOOK);
  root.adoptedStyleSheets = [look];
  video.className = 'video';
  notice.setAttribute('role', 'status');
  overlay.setAttribute('aria-hidden', 'true');
  video.setAttribute('role', 'img');
  video.setAttribute(
    'aria-label',
    camera === undefined ? 'Live picture' : `Live picture of camera ${camera}`,
  );
  root.replaceChildren(video, overlay, notice);
  if (server === '') {
    notice.textContent = NO_SERVER;
    return () => undefined;
  }
  const address = { href: `${server}/`, camera, token };
  // What the page around it, or the viewer of this server, has kept is none of the element's business.
  const session = browserSession(address, choice, browserCameras(address).ask, { keeper: noKeeper });
  session.chooseAnalytics(layers);
  const screen = canvasScreen(video, () => new DecodeWorker());
  const detach = session.attach(screen);
  const detachOverlay = session.attachOverlay((redraw) => overlayCanvas(overlay, redraw));
  const tell = () => say(session, notice, root.host);
  const forget = session.store.subscribe(tell);
  tell();
  const unsee = whileSeen(root.host, session);
  return () => {
    unsee();
    session.stop();
    forget();
    detachOverlay();
    detach();
    screen.close();
  };
}

function parts<K extends keyof HTMLElementTagNameMap>(name: K): HTMLElementTagNameMap[K] {
  return document.createElement(name);
}

/** Says what keeps the picture from being a live one; the element's `state` is for the page around it. */
function say(session: Session, notice: HTMLElement, host: Element): void {
  const snapshot = session.store.get();
  const { connection, picture } = snapshot;
  const waiting = picture === undefined ? 'Connecting' : undefined;
  const words = noticeWord(snapshot) ?? (connection.kind === 'open' ? waiting : 'Connecting');
  if (notice.textContent !== (words ?? '')) notice.textContent = words ?? '';
  if (host.getAttribute('state') !== connection.kind) host.setAttribute('state', connection.kind);
}

/** Runs a session while an element is in sight of somebody; returns what ends that. */
function whileSeen(element: Element, session: Session): () => void {
  let inSight = false;
  const follow = () => {
    const seen = inSight && document.visibilityState === 'visible';
    session.setVisible(seen);
    if (seen) session.start();
    else session.stop();
  };
  const observer = new IntersectionObserver((entries) => {
    inSight = entries.at(-1)?.isIntersecting === true;
    follow();
  });
  observer.observe(element);
  document.addEventListener('visibilitychange', follow);
  return () => {
    observer.disconnect();
    document.removeEventListener('visibilitychange', follow);
  };
}
