// What an element or an embedded page is asked to show. In: attributes, or the address of the page. Out:
// which camera of which server, with what quality and which layers. What makes no sense is as if it were not
// there. Pure.
import { readLevel } from '../live/address';
import type { Choice } from '../quality/decision';
import type { Choices } from '../results/layers';

export interface Wish {
  /** Address of the server. */
  server: string;
  camera: string | undefined;
  token: string | undefined;
  choice: Choice;
  layers: Choices;
}

/** Reads one value by its name; null where it is not there. */
export type Read = (name: string) => string | null;

/** Paths of embedded pages begin so; the camera's name follows. */
const EMBEDDED = /^\/embed\/([a-z0-9_-]{1,32})\/?$/;

const NONE: Choices = {
  boxes: false,
  labels: false,
  trails: false,
  heat: false,
  lines: false,
  blocks: false,
  panel: false,
};

/** Layers that may be named. */
const NAMED = ['boxes', 'labels', 'trails', 'heat', 'lines'] as const satisfies readonly (keyof Choices)[];

/** The wish of an element; `home` is the server that its script came from, or empty. */
export function wishOf(read: Read, home: string): Wish {
  return {
    server: serverOf(read('server') ?? '', home),
    camera: read('camera') || undefined,
    token: read('token') || undefined,
    choice: choiceOf(read('level') ?? ''),
    layers: layersOf(read('layers') ?? ''),
  };
}

/** The wish of an embedded page, by its address. */
export function wishOfPage(href: string): Wish {
  const { pathname, searchParams, origin } = new URL(href);
  const camera = EMBEDDED.exec(pathname)?.[1] ?? null;
  // A link must not lead a token to another server.
  const own: Readonly<Record<string, string | null>> = { camera, server: null };
  return wishOf((name) => (name in own ? (own[name] ?? null) : searchParams.get(name)), origin);
}

function serverOf(text: string, home: string): string {
  if (text === '') return home;
  try {
    const { protocol, origin } = new URL(text, home === '' ? undefined : home);
    return protocol === 'http:' || protocol === 'https:' ? origin : home;
  } catch {
    return home;
  }
}

function choiceOf(text: string): Choice {
  const level = readLevel(text);
  return level === undefined ? 'automatic' : { level, scale: 1 };
}

/** Layers out of a list such as `boxes,heat`. */
function layersOf(text: string): Choices {
  const wanted = new Set(text.split(/[\s,]+/));
  const named = NAMED.map((name) => [name, wanted.has(name)] as const);
  return { ...NONE, ...Object.fromEntries(named) };
}
