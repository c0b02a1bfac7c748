// The page of what the server is doing. In: the page's address. Out: what does not work as it should, how
// hard the server works, how each camera fares, and for admins credentials of others and who changed what.
import { useHeldError } from '../layout/held_error';
import { isBarredBy } from '../layout/refused';
import { Sheet } from '../layout/Sheet';
import { Trouble } from '../layout/Trouble';
import { mayChange } from '../login/account';
import { useAccount } from '../login/account_context';
import { Audit } from '../state/Audit';
import { CameraStates } from '../state/CameraStates';
import { Health } from '../state/Health';
import { Load } from '../state/Load';
import { Shares } from '../state/Shares';
import { Tokens } from '../state/Tokens';
import { useLooks, useServer, useWrongs } from '../state/use_state';
import type { PageProps } from './page';

export function StatePage({ address }: PageProps) {
  return (
    <Sheet at="/state" title="State" href={address.href}>
      <State />
    </Sheet>
  );
}

function State() {
  const { data: server, error: failed } = useServer();
  const error = useHeldError(failed, server);
  const { data: wrongs, error: unsaid } = useWrongs();
  const looks = useLooks();
  const account = useAccount();
  if (error !== null && (server === undefined || isBarredBy(error))) return <Trouble error={error} />;
  // What is wrong stands above all else, which would move.
  if (server === undefined || (wrongs === undefined && unsaid === null))
    return <p className="sheet-notice">Loading</p>;
  const names = server.cameras.map(({ name }) => name);
  return (
    <div className="state" data-testid="state">
      <Health trouble={error?.message} wrongs={wrongs} />
      <Load server={server} looks={looks} />
      <CameraStates cameras={server.cameras} looks={looks} />
      {account !== undefined && mayChange(account) && (
        <>
          <Shares cameras={names} />
          {/* For who may see all cameras, as the metrics are. */}
          {looks !== undefined && looks !== null && (
            <>
              <Tokens cameras={names} />
              <Audit />
            </>
          )}
        </>
      )}
    </div>
  );
}
