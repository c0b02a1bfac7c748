// Requests of whoever adds a camera. In: a source to try, or a file to send. Out: what came of it, or a
// refusal with the server's words.
import { ask, send } from '../api/requests';
import { type Sending, upload } from '../api/upload';
import { Refused } from '../layout/refused';
import { sentence } from '../live/words';
import { readMostBytes, readTried, readUpload, type Tried, type Upload } from './tried';
import { NO_UPLOADS, tooLargeWord } from './words';

/** Longest wait for a test, ms: a source is waited for 10 s, and its turn 2 s. */
const TRY_WITHIN_MS = 20_000;

export async function trySource(source: string): Promise<Tried> {
  const answer = await send('/api/cameras/test', { source }, TRY_WITHIN_MS);
  const tried = answer.kind === 'ok' ? readTried(answer.body) : undefined;
  if (tried === undefined) throw new Refused(answer);
  return tried;
}

/** Why a file will not be taken, before the first byte of it is sent; undefined where it may be. */
export async function whyNotSend(file: File): Promise<string | undefined> {
  const answer = await ask('/api/uploads');
  if (answer.kind === 'refused') return answer.code === 'uploads_off' ? NO_UPLOADS : sentence(answer.message);
  const most = answer.kind === 'ok' ? readMostBytes(answer.body) : undefined;
  return most !== undefined && file.size > most ? tooLargeWord(file.size, most) : undefined;
}

export function sendVideo(file: File, sent: (bytes: number) => void): Sending {
  return upload(`/api/uploads/${encodeURIComponent(file.name)}`, file, sent);
}

/** The upload that an answer tells of, undefined for who cancelled, or a thrown `Refused`. */
export async function uploaded({ answer }: Sending): Promise<Upload | undefined> {
  const came = await answer;
  if (came.kind === 'cancelled') return undefined;
  const video = came.kind === 'ok' ? readUpload(came.body) : undefined;
  if (video === undefined) throw new Refused(came);
  return video;
}

/** Deletes an upload that nobody wants; one that a camera plays stays. */
export function dropUpload(name: string): void {
  void send(`/api/uploads/${encodeURIComponent(name)}`, undefined, undefined, 'DELETE');
}
