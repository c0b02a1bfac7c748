// Logging in and out. In: a credential, such as the token of an address. Out: a session, kept by the browser
// in a cookie that no script reads; or what is wrong, in words. A credential goes to the server by POST and
// nowhere else. The form that asks for one is the server's, on the page of those who are not logged in.
import { type Answer, ask, send } from '../api/requests';
import type { Told } from '../api/told';
import { sentence } from '../live/words';
import { type Account, readAccount } from './account';

/** What is shown to get in. */
export type Credential = Told<'Login'>;

/** Begins a session; what is wrong, or nothing where it has begun. */
export async function logIn(credential: Credential, href: string): Promise<string | undefined> {
  return whyNot(await send(new URL('/api/login', href), credential));
}

/** Ends the session; what is wrong, or nothing where it has ended. */
export async function logOut(href: string): Promise<string | undefined> {
  return whyNot(await send(new URL('/api/logout', href)));
}

/** Who watches; undefined where that is not known. */
export async function askAccount(href: string): Promise<Account | undefined> {
  const answer = await ask(new URL('/api/session', href));
  return answer.kind === 'ok' ? readAccount(answer.body) : undefined;
}

/** Words for what became of a request; undefined where all is well. */
export function whyNot(answer: Answer): string | undefined {
  switch (answer.kind) {
    case 'ok':
      return undefined;
    case 'refused':
      return sentence(answer.message);
    case 'silent':
      return 'The server does not answer';
  }
}
