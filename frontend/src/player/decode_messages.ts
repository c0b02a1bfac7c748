// The messages between the page and its decoding thread, and the checks on both ends. In: values off the
// message port. Out: whether they are requests or replies. Nothing is decoded or drawn here.
import { isFields } from '../protocol/check';
import type { Part } from '../protocol/protocol';

/** The page hands its canvas over, once and first; then it has frames drawn, one after another. */
export type DrawRequest =
  { kind: 'canvas'; canvas: OffscreenCanvas } | { kind: 'draw'; id: number; jpeg: ArrayBuffer; part: Part };

/**
 * Word that the canvas can be drawn on, the fate of each request to draw, and the size of the picture
 * whenever what was drawn last is shown.
 */
export type DrawReply =
  | { kind: 'ready' }
  | { kind: 'drawn'; id: number }
  | { kind: 'failed'; id: number; error: string }
  | { kind: 'painted'; width: number; height: number };

const PARTS: readonly unknown[] = ['whole', 'delta', 'sweep', 'refined'] satisfies Part[];

export function isDrawRequest(value: unknown): value is DrawRequest {
  if (!isFields(value)) return false;
  if (value['kind'] === 'canvas') return value['canvas'] instanceof OffscreenCanvas;
  const isDraw = value['kind'] === 'draw' && value['jpeg'] instanceof ArrayBuffer;
  return isDraw && typeof value['id'] === 'number' && PARTS.includes(value['part']);
}

export function isDrawReply(value: unknown): value is DrawReply {
  if (!isFields(value)) return false;
  const isNumber = (name: string) => typeof value[name] === 'number';
  switch (value['kind']) {
    case 'ready':
      return true;
    case 'drawn':
      return isNumber('id');
    case 'failed':
      return isNumber('id') && typeof value['error'] === 'string';
    case 'painted':
      return isNumber('width') && isNumber('height');
    default:
      return false;
  }
}
