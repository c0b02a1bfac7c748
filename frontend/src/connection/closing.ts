// The meaning of a connection's end. In: the closing code and the reason the server gave. Out: try again
// (how, and what to say) or stop (why). Pure; the codes are those of the protocol.
import type { Pace } from './backoff';

export type Refusal = 'token' | 'camera' | 'request' | 'version';

export type Verdict =
  { kind: 'retry'; pace: Pace; message: string } | { kind: 'stop'; why: Refusal; message: string };

export function verdictOn(code: number, reason: string): Verdict {
  switch (code) {
    case 1001:
      return retry('The server is restarting');
    case 1003:
      return { kind: 'stop', why: 'request', message: reason || 'The server did not accept the request' };
    case 1008:
      return { kind: 'stop', why: 'token', message: reason || 'Log in to watch' };
    case 1013:
      return { kind: 'retry', pace: 'full', message: full(reason) };
    case 4404:
      return { kind: 'stop', why: 'camera', message: 'There is no such camera' };
    default:
      return retry('Connection lost');
  }
}

// What there is too much of: viewers, or wrong tokens from this address.
function full(reason: string): string {
  return reason.startsWith('too many wrong tokens')
    ? 'Too many wrong tokens were sent from here, trying again'
    : 'Viewer limit reached, trying again';
}

function retry(message: string): Verdict {
  return { kind: 'retry', pace: 'broken', message };
}
