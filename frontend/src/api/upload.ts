// A file on its way to the server. In: an address, a file, and whom to tell how much has left. Out: what the
// server answered, and a way to cancel. The only file with an XMLHttpRequest: `fetch` does not tell how much
// of a body has been sent.
import { type Answer, MEANT, readAnswer } from './requests';

/** A file that is being sent. */
export interface Sending {
  answer: Promise<Answer | { kind: 'cancelled' }>;
  cancel: () => void;
}

/** Sends a file as it is; `sent` hears the bytes that have left so far. */
export function upload(address: string, file: Blob, sent: (bytes: number) => void): Sending {
  const request = new XMLHttpRequest();
  const answer = new Promise<Answer | { kind: 'cancelled' }>((resolve) => {
    request.upload.onprogress = ({ loaded }) => sent(loaded);
    // No `progress` need come after the last byte.
    request.upload.onload = () => sent(file.size);
    request.onload = () => resolve(readAnswer(request.status, request.responseText));
    request.onerror = () => resolve({ kind: 'silent' });
    request.onabort = () => resolve({ kind: 'cancelled' });
  });
  request.open('PUT', address);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  for (const [name, value] of Object.entries(MEANT)) request.setRequestHeader(name, value);
  request.send(file);
  return { answer, cancel: () => request.abort() };
}
