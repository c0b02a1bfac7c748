// The account of who watches, for all that stands inside. In: the page's address, and the connection from the
// context. Out: a context with the account, asked for whenever the connection has opened or was refused: both
// may be since somebody else is logged in, or nobody.
import { type ReactNode, useEffect, useState } from 'react';
import { useSnapshot } from '../live/session_context';
import type { Account } from './account';
import { AccountContext } from './account_context';
import { askAccount } from './login';

export function WithAccount({ href, children }: { href: string; children: ReactNode }) {
  const { kind } = useSnapshot().connection;
  const [account, setAccount] = useState<Account>();
  const settled = kind === 'open' || kind === 'refused';
  useEffect(() => {
    if (!settled) return undefined;
    let isWanted = true;
    void askAccount(href).then((told) => {
      if (isWanted) setAccount(told);
    });
    return () => {
      isWanted = false;
    };
  }, [href, kind, settled]);
  return <AccountContext value={account}>{children}</AccountContext>;
}
