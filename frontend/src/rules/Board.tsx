// Who is told what, and when. In: what the server says. Out: rules of all cameras and of each, the services
// beside them, the form of one rule while it is open, and what is said of the last change.
import { useHeldError } from '../layout/held_error';
import { isBarredBy } from '../layout/refused';
import { Trouble } from '../layout/Trouble';
import { ServiceCards } from '../services/ServiceCards';
import { NewsBar } from './NewsBar';
import { RuleForm } from './RuleForm';
import { RuleList } from './RuleList';
import { useBoard } from './use_board';
import { type Ruled, useRules, useServices } from './use_rules';
import { BEGIN, NO_SERVICE } from './words';

export function Board() {
  const { data: ruled, error: failed } = useRules();
  const error = useHeldError(failed, ruled);
  const { data: services, error: unsaid } = useServices();
  const board = useBoard(ruled);
  if (error !== null && (ruled === undefined || isBarredBy(error))) return <Trouble error={error} />;
  // Rules say which of their services are not there, so nothing is shown before that is known.
  if (ruled === undefined || (services === undefined && unsaid === null))
    return <p className="sheet-notice">Loading</p>;
  // A sheet gets rows, and no messages of rules.
  const there = services?.map(({ name }) => name).filter((name) => name !== 'sheets');
  return (
    <div className="rules">
      <div className="rules-main" data-testid="rules">
        {countOf(ruled) === 0 && <p className="rules-begin">{BEGIN}</p>}
        {scopesOf(ruled).map(({ camera, rules }) => (
          <RuleList
            key={camera ?? ''}
            camera={camera}
            rules={rules}
            there={there}
            ofAll={(ruled.all ?? []).map(({ id }) => id)}
            onAdd={board.add}
            onEdit={board.edit}
            onCopy={board.copy}
            onRemove={board.remove}
          />
        ))}
      </div>
      <ServiceCards services={services} why={unsaid?.message} none={NO_SERVICE} />
      {board.editing !== undefined && (
        <RuleForm
          begun={board.editing}
          cameras={ruled.cameras}
          mayAll={ruled.all !== undefined}
          there={there ?? []}
          onSave={board.keep}
          onClose={board.close}
        />
      )}
      <NewsBar news={board.news} onClose={board.hush} />
    </div>
  );
}

/** Lists of rules in the order in which they are shown, each with whose it is. */
function scopesOf({ all, cameras }: Ruled) {
  const each = cameras.map(({ name, rules }) => ({ camera: name, rules }));
  return all === undefined ? each : [{ camera: undefined, rules: all }, ...each];
}

function countOf(ruled: Ruled): number {
  return scopesOf(ruled).reduce((sum, { rules }) => sum + rules.length, 0);
}
