// Why a page has nothing to show. In: what became of a request. Out: an error with words for people, which
// says whether a login helps.
import type { Answer } from '../api/requests';

export class Refused extends Error {
  /** Whether the credential is missing or has ended: what was shown before must not stay. */
  readonly barred: boolean;
  /** The server's word for it; undefined where it does not answer. */
  readonly code: string | undefined;

  constructor(answer: Answer) {
    super(answer.kind === 'refused' ? answer.message : 'The server does not answer');
    this.barred = answer.kind === 'refused' && answer.status === 401;
    this.code = answer.kind === 'refused' ? answer.code : undefined;
  }
}

export function isBarredBy(error: unknown): boolean {
  return error instanceof Refused && error.barred;
}
