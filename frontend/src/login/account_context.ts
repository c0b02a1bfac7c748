// How components reach the account of who watches. In: what WithAccount.tsx provides. Out: a hook. Without it
// around them, and until the server has told it, components know of no account.
import { createContext, useContext } from 'react';
import type { Account } from './account';

export const AccountContext = createContext<Account | undefined>(undefined);

export function useAccount(): Account | undefined {
  return useContext(AccountContext);
}
