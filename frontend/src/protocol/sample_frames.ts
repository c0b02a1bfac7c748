// Frames for tests. In: a comment, or the fields of one. Out: bytes that start like a Steadycast JPEG; there
// is no picture behind the comment. Product code never imports this.
import type { Delta } from './protocol';
import type { Patch } from './patch';

export function jpegWithComment(comment: string, patch?: Patch): ArrayBuffer {
  const ascii = Array.from(comment, (letter) => letter.charCodeAt(0));
  const blocks = patch === undefined ? [] : segment(0xeb, patchBytes(patch));
  return new Uint8Array([0xff, 0xd8, ...segment(0xfe, ascii), ...blocks, 0xff, 0xd9]).buffer;
}

function segment(marker: number, payload: readonly number[]): number[] {
  const length = payload.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...payload];
}

/** What stands in the segment that tells the blocks. */
function patchBytes({ width, height, runs }: Patch): number[] {
  const numbers = [width, height, ...runs.flatMap(({ skip, send }) => [skip, send])];
  return [0x53, 0x43, 0x44, 0x31, ...numbers.flatMap(varint)];
}

function varint(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...varint(number >> 7)];
}

export interface SampleFrame {
  frame: number;
  capturedUs?: number;
  level?: number;
  scale?: number;
  take?: number;
  slate?: boolean;
  /** What makes a delta of it; what is left out is that of a plain one of one block. */
  delta?: Partial<Delta>;
  patch?: Patch;
}

export function sampleFrame({
  frame,
  capturedUs = 1,
  level = 95,
  scale = 1,
  take = 0,
  slate = false,
  delta,
  patch,
}: SampleFrame): ArrayBuffer {
  const about = `frame=${frame} captured_us=${capturedUs} level=${level} scale=${scale}`;
  const marks = `${take > 0 ? ` take=${take}` : ''}${slate ? ' slate=1' : ''}`;
  return jpegWithComment(`steadycast/1 camera=main ${about}${marks}${deltaWords(frame, delta)}`, patch);
}

function deltaWords(frame: number, delta: Partial<Delta> | undefined): string {
  if (delta === undefined) return '';
  const { base = frame - 1, blocks = 1, whole = 50_000, sweep, refined } = delta;
  const marks = `${sweep === true ? ' sweep=1' : ''}${refined === true ? ' refined=1' : ''}`;
  return ` base=${base} blocks=${blocks} whole=${whole}${marks}`;
}
