// Words for whoever adds a camera. In: sources, uploads under way, and what came of a test. Out: short text
// for the page. Pure; no markup.
import { durationWord, fixed } from '../ui/numbers';
import { leftS, type Progress, rateOf, shareOf } from './progress';
import type { Tried } from './tried';

export const NO_UPLOADS = 'This server takes no videos: its setting of the uploads folder is none';

export const ADDRESS_HINT =
  'User and password may stand in the address, as rtsp://user:password@…; the server tells them to nobody.';

export const TRYING = 'The source is being opened; that may take ten seconds …';

export const LOOKED_AT = 'All is sent; the server looks whether it is a video …';

export const ADD_ALL_THE_SAME =
  'A camera that is off at the moment may be added all the same: the server goes on trying to reach it.';

const MEGA = 1_000_000;

/** Size of a file. */
export function bytesWord(bytes: number): string {
  if (bytes < MEGA) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return bytes < 1000 * MEGA ? `${fixed(bytes / MEGA, 1)} MB` : `${fixed(bytes / MEGA / 1000, 2)} GB`;
}

export function tooLargeWord(bytes: number, most: number): string {
  return `The video has ${bytesWord(bytes)}, and this server takes at most ${bytesWord(most)}`;
}

/** How far an upload is: share, rate, and what is left. */
export function progressWord(progress: Progress): string {
  const share = `${Math.floor(100 * shareOf(progress))} % of ${bytesWord(progress.total)}`;
  const [rate, left] = [rateOf(progress), leftS(progress)];
  return [
    share,
    ...(rate === undefined ? [] : [`${fixed(rate / MEGA, 1)} MB/s`]),
    ...(left === undefined ? [] : [`${durationWord(Math.ceil(left))} left`]),
  ].join(', ');
}

/** What a source gives. */
export function triedWord({ width, height, fps, codec, seconds, firstPictureMs }: Tried): string {
  const parts = [
    `${width} × ${height}`,
    ...(fps === undefined ? [] : [`${fixed(fps, fps < 10 ? 1 : 0)} pictures a second`]),
    ...(codec === undefined ? [] : [codec]),
    ...(seconds === undefined ? [] : [`${durationWord(seconds)} long`]),
    // A recording is there at once.
    ...(seconds === undefined ? [`first picture after ${fixed(firstPictureMs / 1000, 1)} s`] : []),
  ];
  return parts.join(', ');
}
