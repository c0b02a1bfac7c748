// The page of rules, for who may change cameras. In: the page's address. Out: who is told what, and when, and
// how the services fare that tell it.
import { Sheet } from '../layout/Sheet';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import { Board } from '../rules/Board';
import { ONLY_CHANGERS } from '../rules/words';
import type { PageProps } from './page';

export function RulesPage({ address }: PageProps) {
  return (
    <Sheet at="/rules" title="Rules" href={address.href}>
      <Rules />
    </Sheet>
  );
}

function Rules() {
  const account = useAccount();
  if (account === undefined) return <p className="sheet-notice">Loading</p>;
  if (mayChange(account)) return <Board />;
  return (
    <p className="sheet-notice" role="status">
      {ONLY_CHANGERS}
    </p>
  );
}
