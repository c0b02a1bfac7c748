// The browser's own request for `/api/status`. In: its address. Out: the body as the server sent it, not
// checked yet, or nothing where there is no good answer. What it says is read in protocol/status.ts.

/** Longest wait for an answer, ms. Nothing hangs on the answer, so a busy server is not asked for long. */
const WITHIN_MS = 5_000;

export async function requestStatus(address: string): Promise<unknown> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(WITHIN_MS) });
    const body: unknown = answer.ok ? await answer.json() : undefined;
    return body;
  } catch {
    return undefined;
  }
}
