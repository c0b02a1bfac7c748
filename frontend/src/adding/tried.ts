// What came of trying a source, and of an upload. In: bodies of the server's answers, any value. Out: size,
// rate and picture, or an upload's source, checked field by field; nothing where the answer makes no sense.
import type { FieldOf } from '../api/told';
import { amount, checked, count, type Fields, listOf, text } from '../protocol/check';

/** A source that has given pictures. */
export interface Tried {
  width: number;
  height: number;
  /** Pictures a second; undefined where too few came to tell. */
  fps: number | undefined;
  codec: string | undefined;
  /** Length of a recording, s; undefined for what is live, or of a length that nobody knows. */
  seconds: number | undefined;
  firstPictureMs: number;
  /** Address of the first picture, with all of it; undefined where the server gives none. */
  picture: string | undefined;
}

const [WIDTH, HEIGHT, FPS, CODEC, SECONDS, FIRST, PICTURE] = [
  'width',
  'height',
  'fps',
  'codec',
  'seconds',
  'first_picture_ms',
  'picture',
] as const satisfies readonly FieldOf<'Tried'>[];
const [SOURCE, NAME, ORIGINAL] = [
  'source',
  'name',
  'original',
] as const satisfies readonly FieldOf<'Upload'>[];
const [UPLOADS, MOST_BYTES] = ['uploads', 'most_bytes'] as const satisfies readonly FieldOf<'Uploads'>[];

/** Text of base64, which can hold nothing but a picture's bytes. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export function readTried(body: unknown): Tried | undefined {
  return checked(body, (fields) => ({
    width: count(fields, WIDTH),
    height: count(fields, HEIGHT),
    fps: known(fields, FPS, amount),
    codec: known(fields, CODEC, text),
    seconds: known(fields, SECONDS, amount),
    firstPictureMs: amount(fields, FIRST),
    picture: pictureIn(known(fields, PICTURE, text)),
  }));
}

/** An upload: what a camera takes as its source, and the names that server and sender call it by. */
export interface Upload {
  source: string;
  name: string;
  original: string;
}

export function readUpload(body: unknown): Upload | undefined {
  return checked(body, uploadIn);
}

/** Every upload that the server keeps. */
export function readUploads(body: unknown): Upload[] | undefined {
  return checked(body, (fields) => listOf(fields, UPLOADS, uploadIn));
}

function uploadIn(fields: Fields): Upload {
  return { source: text(fields, SOURCE), name: text(fields, NAME), original: text(fields, ORIGINAL) };
}

/** Most bytes that an upload may have. */
export function readMostBytes(body: unknown): number | undefined {
  return checked(body, (fields) => count(fields, MOST_BYTES));
}

function pictureIn(base64: string | undefined): string | undefined {
  return base64 !== undefined && BASE64.test(base64) ? `data:image/jpeg;base64,${base64}` : undefined;
}

function known<T>(fields: Fields, name: string, read: (fields: Fields, name: string) => T): T | undefined {
  return fields[name] === null || fields[name] === undefined ? undefined : read(fields, name);
}
