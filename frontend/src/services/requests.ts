// Requests about services. In: the page's address and the name of a service. Out: what became of a test, as
// words.
import { send } from '../api/requests';
import { type Tried, triedWord } from './words';

/** Longest wait for a test, ms: the server waits for a service twice, at most 20 s each, and for its turn. */
const WITHIN_MS = 50_000;

export async function tryService(href: string, service: string): Promise<Tried> {
  return triedWord(await send(new URL('/api/services/test', href), { service }, WITHIN_MS));
}
