// The page's own address. In: what stands in the browser's address bar. Out: which camera and rung it asks
// for, the addresses of socket and status, and the address of another camera. Requests of the page carry the
// browser's cookie, so none of its addresses has a token. Pure; changing the address bar is up to main.tsx.
import { HIGHEST_LEVEL, isLevel, LEVEL_STEP, LOWEST_LEVEL, type Rung, SCALES } from '../protocol/protocol';
import type { Choice } from '../quality/decision';
import { START } from '../quality/quality';

/** Letters shown at most of a value that makes no sense. */
const SHOWN_LETTERS = 12;

/** Layout of a page that shows all cameras. */
const GRID = 'grid';

/** Address of a camera: its server, and its name there. */
export interface CameraAddress {
  /** Address of the page; the server is at the same origin. */
  href: string;
  /** Name of the camera; undefined stands for the server's default camera. */
  camera: string | undefined;
  /** Token by which pages of other sites watch: no cookie comes along there. */
  token?: string | undefined;
}

export interface PageAddress extends CameraAddress {
  choice: Choice;
  /** Whether all cameras are shown at once. */
  grid: boolean;
  /** Whether this is a screen on a wall. */
  wall: boolean;
  /** Sentence about what of the choice made no sense and is passed over. */
  complaint: string | undefined;
}

export function readAddress(href: string): PageAddress {
  const query = new URL(href).searchParams;
  const level = query.get('level') || 'auto';
  const scale = query.get('scale') || undefined;
  return {
    href,
    camera: query.get('camera') || undefined,
    grid: query.get('layout') === GRID,
    wall: query.get('wall') === '1',
    choice: query.get('level') === 'auto' ? 'automatic' : choiceOf(readLevel(level), readScale(scale)),
    complaint: complaintAbout(level, scale),
  };
}

/** Choice made of a level and a scale. A scale alone gets the level that every viewer begins with. */
function choiceOf(level: number | undefined, scale: number | undefined): Choice {
  if (level === undefined && scale === undefined) return 'automatic';
  return { level: level ?? START.level, scale: scale ?? 1 };
}

/** Level that a text asks for. One between two steps is rounded down, as on the server. */
export function readLevel(level: string): number | undefined {
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

/** Beginning of a value: enough to recognise it by. */
function shortened(value: string): string {
  return value.length > SHOWN_LETTERS ? `${value.slice(0, SHOWN_LETTERS)}…` : value;
}

/**
 * Address of the socket that brings a camera's frames at a rung. Deltas are asked for unless the page's own
 * address says `delta=0`.
 */
export function socketAddress(of: CameraAddress, { level, scale }: Rung): string {
  const path = of.camera === undefined ? '' : `${encodeURIComponent(of.camera)}/`;
  const socket = new URL(`/websocket/${path}${level}`, of.href);
  socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';
  if (scale !== 1) socket.searchParams.set('scale', String(scale));
  if (new URL(of.href).searchParams.get('delta') !== '0') socket.searchParams.set('delta', '1');
  return withToken(socket, of);
}

/** Address of the server's status. */
export function statusAddress(of: CameraAddress): string {
  return withToken(new URL('/api/status', of.href), of);
}

function withToken(address: URL, { token }: CameraAddress): string {
  if (token !== undefined) address.searchParams.set('token', token);
  return address.href;
}

/** Address of the page that shows one camera, another one or alone. */
export function withCamera(href: string, camera: string): string {
  const page = new URL(href);
  page.searchParams.set('camera', camera);
  page.searchParams.delete('layout');
  return page.href;
}

/** Path of an address, with its query. */
export function pathOf(href: string): string {
  const { pathname, search } = new URL(href);
  // Two slashes would be another server.
  return `/${pathname.replace(/^\/+/, '')}${search}`;
}

/** Address of the page that shows all cameras. */
export function withGrid(href: string): string {
  const page = new URL(href);
  page.searchParams.delete('camera');
  page.searchParams.set('layout', GRID);
  return page.href;
}

/** Token in an address, which somebody was sent; undefined where there is none. */
export function tokenIn(href: string): string | undefined {
  return new URL(href).searchParams.get('token') || undefined;
}

export function withoutToken(href: string): string {
  const page = new URL(href);
  page.searchParams.delete('token');
  return page.href;
}
