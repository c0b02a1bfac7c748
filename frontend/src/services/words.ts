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

/** What is said while a service is tried. */
export const TRYING = 'The test is on its way …';

/** What is said where nothing is known of a test. */
const UNKNOWN = 'The server has not said what came of it';

const ARRIVED: FieldOf<'ServiceTried'> = 'arrived';
const WITH_PICTURE: FieldOf<'ServiceTried'> = 'with_picture';
const REASON: FieldOf<'ServiceTried'> = 'reason';

/** Name of a service for people; the server's where none is known. */
export function serviceName(name: string): string {
  return NAMES[name] ?? name;
}

/** How a service fares. */
export function stateWord({ reason, nextTryS, mutedS }: ListedService): string {
  if (reason !== undefined)
    return nextTryS === undefined ? reason : `${reason}; next try in ${durationWord(nextTryS)}`;
  return mutedS === undefined ? 'No trouble' : `No messages for another ${durationWord(mutedS)}`;
}

/** What became of a test. */
export function triedWord(answer: Answer): string {
  if (answer.kind === 'refused') return `Not tried: ${answer.message}`;
  if (answer.kind === 'silent' || !isFields(answer.body)) return UNKNOWN;
  try {
    return outcomeWord(answer.body);
  } catch (error) {
    if (error instanceof Malformed) return UNKNOWN;
    throw error;
  }
}

function outcomeWord(body: Fields): string {
  if (!flag(body, ARRIVED)) return `It did not arrive: ${optional(body, REASON, text) ?? 'nobody says why'}`;
  return flag(body, WITH_PICTURE) ? 'The test arrived' : 'The test arrived, without its picture';
}
