// The page's own address. In: what stands in the browser's address bar. Out: which camera and rung it asks for, the addresses of
// socket and status, and addresses with the token taken out or put in. Pure; changing the address bar is up to main.tsx.
import { isLevel, LEVEL_STEP, type Rung, SCALES } from '../protocol/protocol';
import type { Choice } from '../quality/decision';

export interface PageAddress {
  /** Undefined: the server's default camera. */
  camera: string | undefined;
  choice: Choice;
  token: string | undefined;
}

export function readAddress(href: string): PageAddress {
  const query = new URL(href).searchParams;
  return {
    camera: query.get('camera') || undefined,
    choice: readChoice(query.get('level'), query.get('scale')),
    token: query.get('token') || undefined,
  };
}

/** As on the server: a level between steps is rounded down. Anything that is no level means automatic. */
function readChoice(level: string | null, scale: string | null): Choice {
  if (level === null || !/^\d{1,3}$/.test(level)) return 'automatic';
  const rounded = Number(level) - (Number(level) % LEVEL_STEP);
  return isLevel(rounded) ? { level: rounded, scale: SCALES.find((each) => String(each) === scale) ?? 1 } : 'automatic';
}

/**
 * The browser sends the page's cookie with the socket's request, so a token is only passed where no cookie can have been
 * set: on a page that the backend did not serve itself.
 */
export function socketAddress(href: string, { level, scale }: Rung, token?: string): string {
  const page = new URL(href);
  const { camera } = readAddress(href);
  const path = camera === undefined ? '' : `${encodeURIComponent(camera)}/`;
  const socket = new URL(`/websocket/${path}${level}`, page.origin);
  socket.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  if (scale !== 1) socket.searchParams.set('scale', String(scale));
  if (token !== undefined) socket.searchParams.set('token', token);
  return socket.href;
}

/** The same goes for what the page asks for besides the pictures. */
export function statusAddress(href: string, token?: string): string {
  const status = new URL('/api/status', href);
  if (token !== undefined) status.searchParams.set('token', token);
  return status.href;
}

export function withoutToken(href: string): string {
  const page = new URL(href);
  page.searchParams.delete('token');
  return page.href;
}

export function withToken(href: string, token: string): string {
  const page = new URL(href);
  page.searchParams.set('token', token);
  return page.href;
}
