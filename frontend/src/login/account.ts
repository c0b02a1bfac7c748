// Who watches, as `GET /api/session` tells it. In: the body of the answer, any value. Out: what the page has
// to know of it, checked field by field, or nothing where the answer makes no sense.
import type { FieldOf, Told } from '../api/told';
import { checked, type Fields, flag, oneOf, optional, text } from '../protocol/check';

const ROLES = ['open', 'viewer', 'admin'] as const satisfies readonly Told<'Session'>['role'][];

/** Who watches, and what the operator should see to. */
export interface Account {
  role: (typeof ROLES)[number];
  /** Who that is, in the server's words. */
  who: string;
  /** Whether a credential is wanted of anybody, so that there is something to log out of. */
  needsLogin: boolean;
  /** Sentence about what the operator should see to; undefined where all is well. */
  notice: string | undefined;
}

const ROLE: FieldOf<'Session'> = 'role';
const WHO: FieldOf<'Session'> = 'who';
const NEEDS_LOGIN: FieldOf<'Session'> = 'needs_login';
const NOTICE: FieldOf<'Session'> = 'notice';

export function readAccount(body: unknown): Account | undefined {
  return checked(body, (fields) => ({
    role: oneOf(fields, ROLE, ROLES),
    who: text(fields, WHO),
    needsLogin: flag(fields, NEEDS_LOGIN),
    notice: readNotice(fields),
  }));
}

function readNotice(body: Fields): string | undefined {
  return body[NOTICE] === null ? undefined : optional(body, NOTICE, text);
}

/** Whether that is somebody who may change things. */
export function mayChange({ role }: Account): boolean {
  return role === 'admin';
}

/** Whether there is somebody who can log out. */
export function canLogOut({ needsLogin, role }: Account): boolean {
  return needsLogin && role !== 'open';
}
