// Requests to the server. In: a path of its API and, for changes, a JSON body. Out: what it answered: the
// body, not checked yet, or why there is none. What a body says is read by whoever asked. The only file that
// calls `fetch`.
import { inner, isFields, Malformed, optional, text, texts } from '../protocol/check';

/** Longest wait for an answer, ms. Nothing hangs on an answer, so a busy server is not asked for long. */
const WITHIN_MS = 5_000;

/** Longest wait for a login, ms: passwords are slow to check on purpose, and more so for several at once. */
const CHANGE_WITHIN_MS = 15_000;

/** What became of a request. */
export type Answer =
  | { kind: 'ok'; body: unknown }
  /** Refused by the server, for the reason that it gives. */
  | { kind: 'refused'; status: number; code: string; message: string; degraded?: string[] }
  /** No answer in time, or one that is none of this server's. */
  | { kind: 'silent' };

/** Asks for a JSON document. */
export function ask(address: string | URL): Promise<Answer> {
  return answerTo(address, { signal: AbortSignal.timeout(WITHIN_MS) });
}

/** Asks for a text that is no JSON. */
export function askText(address: string | URL): Promise<Answer> {
  return answerTo(address, { signal: AbortSignal.timeout(WITHIN_MS) }, (words) => words);
}

/** Header that says that a change is meant: pages of other sites cannot add it. */
export const MEANT: Readonly<Record<string, string>> = { 'X-Steadycast': '1' };

/** What is done to what stands at an address. */
export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Sends a change. A removal arrives also where the page is being left. */
export function send(
  address: string | URL,
  body?: object,
  withinMs = CHANGE_WITHIN_MS,
  method: Method = 'POST',
): Promise<Answer> {
  const headers: Record<string, string> = { ...MEANT };
  const request: RequestInit = { method, headers, signal: AbortSignal.timeout(withinMs) };
  if (method === 'DELETE') request.keepalive = true;
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(body);
  }
  return answerTo(address, request);
}

async function answerTo(
  address: string | URL,
  request: RequestInit,
  read: (words: string) => unknown = JSON.parse,
): Promise<Answer> {
  try {
    const answer = await fetch(address, request);
    return readAnswer(answer.status, await answer.text(), read);
  } catch {
    return { kind: 'silent' };
  }
}

/** What an answer says, by its status and the text of its body. */
export function readAnswer(
  status: number,
  words: string,
  read: (words: string) => unknown = JSON.parse,
): Answer {
  try {
    if (status < 200 || status > 299) return readRefusal(status, JSON.parse(words));
    return { kind: 'ok', body: words === '' ? undefined : read(words) };
  } catch {
    return { kind: 'silent' };
  }
}

/** What an error's body says. */
export function readRefusal(status: number, body: unknown): Answer {
  if (!isFields(body)) return { kind: 'silent' };
  try {
    const error = inner(body, 'error');
    const degraded = optional(body, 'degraded', texts);
    return {
      kind: 'refused',
      status,
      code: text(error, 'code'),
      message: text(error, 'message'),
      ...(degraded && { degraded }),
    };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'silent' };
    throw error;
  }
}
