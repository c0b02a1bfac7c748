// A way out for who has logged in. In: the account from the context. Out: a button that ends the session, and
// the page loaded again; nothing where there is nothing to end.
import { useState } from 'react';
import { canLogOut } from './account';
import { useAccount } from './account_context';
import { logOut } from './login';

export function LogOut() {
  const account = useAccount();
  const [wrong, setWrong] = useState<string>();
  if (account === undefined || !canLogOut(account)) return null;
  const leave = () => {
    void logOut(window.location.href).then((why) => {
      setWrong(why);
      if (why === undefined) window.location.reload();
    });
  };
  return (
    <>
      {wrong !== undefined && <span className="trouble">{wrong}</span>}
      <button type="button" className="log-out" data-testid="log-out" title={account.who} onClick={leave}>
        Log out
      </button>
    </>
  );
}
