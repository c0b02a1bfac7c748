// What is shown of an account: a way out, a notice; as markup.
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { emptySnapshot } from '../live/snapshot';
import { Troubles } from '../live/Troubles';
import type { Account } from './account';
import { AccountContext } from './account_context';
import { LogOut } from './LogOut';

const ACCOUNT: Account = {
  role: 'viewer',
  who: 'user <anna>',
  needsLogin: true,
  notice: undefined,
};

const among = (account: Account | undefined, inside: ReactNode) =>
  renderToStaticMarkup(<AccountContext value={account}>{inside}</AccountContext>);

describe('the way out', () => {
  const wayOut = (account: Account | undefined) => among(account, <LogOut />);

  it('is there for who has logged in, and says who that is, as text and nothing else', () => {
    expect(wayOut(ACCOUNT)).toContain('title="user &lt;anna&gt;"');
  });

  it('is not there where nobody has to log in, and nobody has', () => {
    const outside = { ...ACCOUNT, role: 'open' as const };
    for (const account of [undefined, { ...ACCOUNT, needsLogin: false }, outside])
      expect(wayOut(account)).toBe('');
  });
});

describe('what the operator should see to', () => {
  it('stands among what is not as it should be, also without a picture', () => {
    const troubles = (notice: string | undefined) =>
      among({ ...ACCOUNT, notice }, <Troubles snapshot={emptySnapshot} />);
    expect(troubles('the certificate ends in 3 days')).toContain('<li>The certificate ends in 3 days</li>');
    expect(troubles(undefined)).toBe('');
  });
});
