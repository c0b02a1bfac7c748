// The clipboard. In: a text. Out: whether it is there now: pages that came without TLS from another machine
// have no clipboard.

export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
