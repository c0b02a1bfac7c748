// The page's own address. In: what stands in the browser's address bar. Out: which camera and rung it asks
// for, the addresses of socket and status, and addresses with the token taken out or put in. Pure; changing
// the address bar is up to main.tsx.
import { HIGHEST_LEVEL, isLevel, LEVEL_STEP, LOWEST_LEVEL, type Rung, SCALES } from '../protocol/protocol';
import type { Choice } from '../quality/decision';
import { START } from '../quality/quality';

/** Of a value that makes no sense. */
const SHOWN_LETTERS = 12;

export interface PageAddress {
  /** Undefined: the server's default camera. */
  camera: string | undefined;
  choice: Choice;
  /** What of the choice made no sense and is passed over, in words. */
  complaint: string | undefined;
  token: string | undefined;
}

export function readAddress(href: string): PageAddress {
  const query = new URL(href).searchParams;
  const [level, scale] = [query.get('level') || 'auto', query.get('scale') || undefined];
  return {
    camera: query.get('camera') || undefined,
    choice: query.get('level') === 'auto' ? 'automatic' : choiceOf(readLevel(level), readScale(scale)),
    complaint: complaintAbout(level, scale),
    token: query.get('token') || undefined,
  };
}

/** A size alone is a choice as well; its level is the one that every viewer begins with. */
function choiceOf(level: number | undefined, scale: number | undefined): Choice {
  if (level === undefined && scale === undefined) return 'automatic';
  return { level: level ?? START.level, scale: scale ?? 1 };
}

/** As on the server: a level between steps is rounded down. */
function readLevel(level: string): number | undefined {
  const number = /^\d{1,3}$/.test(level) ? Number(level) : 0;
  const rounded = number - (number % LEVEL_STEP);
  return isLevel(rounded) ? rounded : undefined;
}

function readScale(scale: string | undefined): number | undefined {
  return SCALES.find((each) => String(each) === scale);
}

function complaintAbout(level: string, scale: string | undefined): string | undefined {
  const noLevel = level !== 'auto' && readLevel(level) === undefined;
  const noScale = scale !== undefined && readScale(scale) === undefined;
  const wrong = [
    ...(noLevel ? [`level=${shortened(level)} is not from ${LOWEST_LEVEL} to ${HIGHEST_LEVEL}`] : []),
    ...(noScale ? [`scale=${shortened(scale)} is none of ${SCALES.join(', ')}`] : []),
  ];
  return wrong.length === 0 ? undefined : `In the address, ${wrong.join(' and ')}`;
}

/** Enough to recognise it by. */
function shortened(value: string): string {
  return value.length > SHOWN_LETTERS ? `${value.slice(0, SHOWN_LETTERS)}…` : value;
}

/**
 * The browser sends the page's cookie with the socket's request, so a token is only passed where no cookie
 * can have been set: on a page that the backend did not serve itself.
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
