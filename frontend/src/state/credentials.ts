// Credentials for others. In: what one is for. Out: what the server has made, checked, or why not, in words.
// What is made is shown once and kept nowhere.
import { type Answer, send } from '../api/requests';
import type { FieldOf, Told } from '../api/told';
import { whyNot } from '../login/login';
import { checked, type Fields, flag, text } from '../protocol/check';

/** A share link or a token. */
export interface Credential {
  id: string;
  /** What is handed on: an address, or a token. */
  secret: string;
  untilMs: number;
}

/** What became of a wish: what was made, or why not. */
export type Outcome<T> = { made: T } | { wrong: string };

/** A token that is revoked: whether the server knew it. */
export interface Revoked {
  id: string;
  isKnown: boolean;
}

const [ID, UNTIL] = ['id', 'until'] as const satisfies readonly (FieldOf<'Share'> & FieldOf<'Token'>)[];
const URL_OF: FieldOf<'Share'> = 'url';
const TOKEN: FieldOf<'Token'> = 'token';
const KNOWN: FieldOf<'Revoked'> = 'known';

/** Longest id of a token, letters; a token itself is longer. */
const LONGEST_ID = 64;

/** A link that shows one camera. */
export async function makeShare(
  here: string,
  camera: string,
  ttlSeconds: number,
): Promise<Outcome<Credential>> {
  const wish: Told<'NewShare'> = { ttl_seconds: ttlSeconds };
  const answer = await send(`/api/cameras/${encodeURIComponent(camera)}/share`, wish);
  return outcomeOf(answer, (fields) => credential(fields, new URL(text(fields, URL_OF), here).href));
}

export async function makeToken(wish: Told<'NewToken'>): Promise<Outcome<Credential>> {
  const answer = await send('/api/tokens', wish);
  return outcomeOf(answer, (fields) => credential(fields, text(fields, TOKEN)));
}

/** Ends what a link, a token or its id stands for. */
export async function revoke(said: string): Promise<Outcome<Revoked>> {
  return outcomeOf(await send('/api/tokens/revoke', revocationOf(said)), readRevoked);
}

/** What is sent to revoke what somebody has typed. */
export function revocationOf(said: string): Told<'RevokedToken'> {
  const word = said.trim();
  const token = /[?&]token=([^&#]+)/.exec(word)?.[1] ?? word;
  return token.length > LONGEST_ID ? { token } : { id: token };
}

/** What an answer has made, or why it has made nothing. */
export function outcomeOf<T>(answer: Answer, read: (fields: Fields) => T): Outcome<T> {
  const why = whyNot(answer);
  if (why !== undefined || answer.kind !== 'ok') return { wrong: why ?? NO_SENSE };
  const made = checked(answer.body, read);
  return made === undefined ? { wrong: NO_SENSE } : { made };
}

const NO_SENSE = 'The answer of the server makes no sense to this page';

function credential(fields: Fields, secret: string): Credential {
  return { id: text(fields, ID), secret, untilMs: Date.parse(text(fields, UNTIL)) };
}

function readRevoked(fields: Fields): Revoked {
  return { id: text(fields, ID), isKnown: flag(fields, KNOWN) };
}
