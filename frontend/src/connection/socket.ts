// The only file that touches the browser's WebSocket. In: an address. Out: text and binary messages and the
// closing code, handed to plain functions, so that tests put a fake in its place. What messages mean does not
// belong here.

export interface Socket {
  /** Sends a text if the socket is open; a message to a closed one has nobody to read it and is dropped. */
  send(text: string): void;
  close(code: number): void;
}

export interface SocketEvents {
  text(raw: string): void;
  binary(bytes: ArrayBuffer): void;
  closed(code: number, reason: string): void;
}

export type OpenSocket = (address: string, events: SocketEvents) => Socket;

export const openBrowserSocket: OpenSocket = (address, events) => {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data === 'string') events.text(event.data);
    else if (event.data instanceof ArrayBuffer) events.binary(event.data);
  });
  // `error` is always followed by `close`, which is the one that says why.
  socket.addEventListener('close', (event) => events.closed(event.code, event.reason));
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code) => socket.close(code),
  };
};
