// The request for `/api/status`. In: its address. Out: the body as the server sent it, not checked yet, or
// nothing where there is no good answer. What it says is read in protocol/status.ts.
import { ask } from '../api/requests';

export async function requestStatus(address: string): Promise<unknown> {
  const answer = await ask(address);
  return answer.kind === 'ok' ? answer.body : undefined;
}
