// The account of who watches, for all that stands inside. In: the page's address, and how the connection to
// the server is. Out: a context with the account, asked for whenever the connection has opened or was
// refused: both may be since somebody else is logged in, or nobody.
import { type ReactNode, useEffect, useState } from 'react';
import type { ConnectionState } from '../connection/connection';
import type { Account } from './account';
import { AccountContext } from './account_context';
import { askAccount } from './login';

interface Props {
  href: string;
  connection: ConnectionState['kind'];
  children: ReactNode;
}

export function WithAccount({ href, connection: kind, children }: Props) {
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
