// Who watches, as the server tells it, and answers that tell nothing.
import { describe, expect, it } from 'vitest';
import { canLogOut, readAccount } from './account';

const TOLD = {
  role: 'viewer',
  cameras: ['yard'],
  who: 'user anna',
  until: null,
  needs_login: true,
  can_login_by_name: true,
};

describe('the account', () => {
  it('is what the server tells of it', () => {
    expect(readAccount(TOLD)).toEqual({
      role: 'viewer',
      who: 'user anna',
      needsLogin: true,
      notice: undefined,
    });
  });

  it.each([
    [null, undefined],
    [undefined, undefined],
    ['the certificate ends in 3 days', 'the certificate ends in 3 days'],
  ])('has a notice where there is one: %j', (notice, read) => {
    expect(readAccount({ ...TOLD, notice })?.notice).toBe(read);
  });

  it.each([
    undefined,
    'ok',
    {},
    { ...TOLD, role: 'owner' },
    { ...TOLD, who: 7 },
    { ...TOLD, needs_login: 'yes' },
    { ...TOLD, notice: 7 },
  ])('is not known from %j', (body) => {
    expect(readAccount(body)).toBeUndefined();
  });

  it('can be left by who is in, where one has to be', () => {
    const can = (change: object) => {
      const account = readAccount({ ...TOLD, ...change });
      return account !== undefined && canLogOut(account);
    };
    expect(can({})).toBe(true);
    expect(can({ needs_login: false, role: 'admin' })).toBe(false);
    expect(can({ role: 'open' })).toBe(false);
  });
});
