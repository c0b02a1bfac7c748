// The decoder's own thread. In: {id, jpeg}. Out: {id, picture} with the bitmap handed over, or {id, error}.
// Which frame is worth decoding is decided on the other side.
import { isDecodeRequest, type DecodeReply } from './decode_messages';

// The DOM types know no worker scope; these two members are all that is used of it.
declare const self: {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(reply: DecodeReply, transfer: Transferable[]): void;
};

self.onmessage = (event) => {
  if (isDecodeRequest(event.data)) void answer(event.data.id, event.data.jpeg);
};

async function answer(id: number, jpeg: ArrayBuffer): Promise<void> {
  try {
    const picture = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    self.postMessage({ id, picture }, [picture]);
  } catch (error) {
    self.postMessage({ id, error: String(error) }, []);
  }
}
