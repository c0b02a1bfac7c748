// Words about services. In: how a service fares, and answers of the server. Out: names and sentences.
import type { Answer } from '../api/requests';
import type { FieldOf } from '../api/told';
import { type Fields, flag, isFields, Malformed, optional, text } from '../protocol/check';
import type { ListedService } from '../protocol/status';
import { durationWord } from '../ui/numbers';

const NAMES: Readonly<Record<string, string>> = {
  webhook: 'Webhook',
  telegram: 'Telegram',
  apprise: 'Apprise',
  mqtt: 'MQTT',
  sheets: 'Google Sheets',
};

/** What is said of a test. */
export interface Tried {
  words: string;
  /** Whether it arrived; undefined while nobody knows. */
  arrived: boolean | undefined;
}

/** What is said while a service is tried. */
export const TRYING: Tried = {
  words: 'The test is on its way; a service may take 20 seconds to answer …',
  arrived: undefined,
};

/** What is said where nothing is known of a test. */
const UNKNOWN: Tried = { words: 'The server has not said what came of it', arrived: undefined };

const ARRIVED: FieldOf<'ServiceTried'> = 'arrived';
const WITH_PICTURE: FieldOf<'ServiceTried'> = 'with_picture';
const REASON: FieldOf<'ServiceTried'> = 'reason';

/** Name of a service for people; the server's where none is known. */
export function serviceName(name: string): string {
  return NAMES[name] ?? name;
}

/** How a service fares. */
export function stateWord({ told, reason, nextTryS, mutedS }: ListedService): string {
  if (reason !== undefined)
    return nextTryS === undefined ? reason : `${reason}; next try in ${durationWord(nextTryS)}`;
  if (mutedS !== undefined) return `No messages for another ${durationWord(mutedS)}`;
  return told === 0 ? 'Nothing told yet' : 'No trouble';
}

/** What became of a test. */
export function triedWord(answer: Answer): Tried {
  if (answer.kind === 'refused') return { words: `Not tried: ${answer.message}`, arrived: false };
  if (answer.kind === 'silent' || !isFields(answer.body)) return UNKNOWN;
  try {
    return outcomeWord(answer.body);
  } catch (error) {
    if (error instanceof Malformed) return UNKNOWN;
    throw error;
  }
}

function outcomeWord(body: Fields): Tried {
  const arrived = flag(body, ARRIVED);
  if (!arrived) {
    const why = optional(body, REASON, text) ?? 'nobody says why';
    return { words: `The test did not arrive: ${why}`, arrived };
  }
  return {
    words: flag(body, WITH_PICTURE) ? 'The test arrived' : 'The test arrived, without its picture',
    arrived,
  };
}
