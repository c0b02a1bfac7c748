// The messages between the page and its decoding thread, and the checks on both ends. In: values off the
// message port. Out: whether they are requests or replies. No decoding here.
import { isFields } from '../protocol/check';

export interface DecodeRequest {
  id: number;
  jpeg: ArrayBuffer;
}

export type DecodeReply = { id: number; picture: ImageBitmap } | { id: number; error: string };

export function isDecodeRequest(value: unknown): value is DecodeRequest {
  return isFields(value) && typeof value['id'] === 'number' && value['jpeg'] instanceof ArrayBuffer;
}

export function isDecodeReply(value: unknown): value is DecodeReply {
  if (!isFields(value) || typeof value['id'] !== 'number') return false;
  return typeof value['error'] === 'string' || value['picture'] instanceof ImageBitmap;
}
