// Words about the state of the server. In: figures, credentials, and what was written down. Out: short text
// for the page. Pure; no markup.
import type { ModelHealth } from '../protocol/status';
import { durationWord, fixed } from '../ui/numbers';
import type { CameraFigures, ServerFigures } from './figures';

const DAY_S = 86_400;
const MB = 1e6;

/** Time since the start, or until an end: days where there are some. */
export function longWord(seconds: number): string {
  const days = Math.floor(seconds / DAY_S);
  if (days === 0) return durationWord(seconds);
  return days === 1 ? '1 day' : `${days.toLocaleString('en')} days`;
}

export function shareWord(share: number | undefined): string {
  return share === undefined ? '–' : `${fixed(share * 100, 0)} %`;
}

export function sizeWord(bytes: number): string {
  return bytes < 1000 * MB ? `${fixed(bytes / MB, 1)} MB` : `${fixed(bytes / (1000 * MB), 1)} GB`;
}

/** Whether what cameras saw is kept, and how much of it; without a database there is nothing of it. */
export function historyWord({ isHistoryUp, historyBytes = 0 }: ServerFigures): string {
  if (isHistoryUp === undefined) return '–';
  if (isHistoryUp) return sizeWord(historyBytes);
  return historyBytes === 0 ? 'Not kept' : 'Not written';
}

export function certificateWord(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  if (seconds === Infinity) return 'No TLS here';
  return seconds <= 0 ? 'Has ended' : `Ends in ${longWord(seconds)}`;
}

/** Levels that somebody watches, each with how many do. */
export function rungsWord({ rungs, merged }: CameraFigures): string {
  if (rungs.length === 0) return 'None in use';
  const each = rungs.map(({ level, viewers }) => (viewers === 1 ? `${level}` : `${level} (${viewers}×)`));
  return `${each.join(', ')}${merged === 0 ? '' : `; ${merged} merged`}`;
}

/** Frames that each viewer gets, and the data of all. */
export function sentWord({ sentFps, sentMbits }: CameraFigures): string {
  if (sentFps === undefined || sentMbits === undefined) return '–';
  return `${fixed(sentFps, 1)} FPS each, ${fixed(sentMbits, 1)} Mbit/s`;
}

/** How a model fares, with its rate where it runs. */
export function modelWord(model: ModelHealth | undefined, rate: number | undefined): string {
  switch (model?.state) {
    case undefined:
      return '–';
    case 'off':
      return 'Off';
    case 'loading':
      return 'Loading';
    case 'failed':
      return 'Failed';
    case 'running':
      return rate === undefined ? 'Runs' : `${fixed(rate, 1)} a second`;
  }
}

export const ALL_WELL = 'Everything works as it should';

export const UNSAID = 'The server has not said whether everything works';

/** What is said where the server gives no answer any more. */
export function oldWord(trouble: string): string {
  return `${trouble}. What stands below is from before.`;
}

export const FEW_FIGURES = 'Figures of the whole server are for those who may see all cameras.';

/** Times for which a credential may hold. */
export const LASTING: readonly { seconds: number; word: string }[] = [
  { seconds: 3_600, word: '1 hour' },
  { seconds: 12 * 3_600, word: '12 hours' },
  { seconds: DAY_S, word: '1 day' },
  { seconds: 7 * DAY_S, word: '1 week' },
  { seconds: 30 * DAY_S, word: '30 days' },
];

/** Times for which a token may hold besides: a program is set up once, and a link is for a guest. */
export const LASTING_TOKEN: typeof LASTING = [...LASTING, { seconds: 365 * DAY_S, word: '1 year' }];

export const ROLE_WORDS = {
  viewer: 'Viewer: watches',
  admin: 'Admin: changes everything',
} as const;

export const SHARE_HINT =
  'Whoever has the link sees this one camera, its events and its history, without a login, until it ends. ' +
  'It is shown here once and kept nowhere.';

export const ENDED = 'It has ended: whoever watched with it is disconnected.';

export const TOKEN_HINT =
  'For programs that show a credential of their own. It is shown here once and kept nowhere.';

export const REVOKE_HINT = 'The link, the token, or its id. Whoever watches with it is disconnected.';

export function revokedWord(id: string, isKnown: boolean): string {
  return isKnown
    ? `Revoked: ${id}`
    : `The id ${id} is refused from now on. Nobody can tell whether there is such a token.`;
}
