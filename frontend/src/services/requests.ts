// Requests about services. In: the page's address and the name of a service. Out: what became of a test, as
// a sentence.
import { send } from '../api/requests';
import { triedWord } from './words';

export async function tryService(href: string, service: string): Promise<string> {
  return triedWord(await send(new URL('/api/services/test', href), { service }));
}
