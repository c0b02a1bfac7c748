// Rules of one camera, or those of all. In: the rules, whose they are, and what to do. Out: a heading with a
// button that adds one, and a card for each.
import { RuleCard, type RuleActions } from './RuleCard';
import type { ListedRule } from './rule';
import { emptyWord, scopeWord } from './words';

interface Props extends RuleActions {
  camera: string | undefined;
  rules: readonly ListedRule[];
  there: readonly string[] | undefined;
  /** Names of the rules of all cameras. */
  ofAll: readonly string[];
  onAdd: (camera: string | undefined) => void;
}

export function RuleList({ camera, rules, there, ofAll, onAdd, ...actions }: Props) {
  const scope = scopeWord(camera);
  return (
    <section className="rule-scope" data-testid="rule-scope" data-camera={camera ?? ''} aria-label={scope}>
      <div className="rule-head">
        <h3>{scope}</h3>
        <button
          type="button"
          className="button compact"
          aria-label={`Add a rule: ${scope}`}
          onClick={() => onAdd(camera)}
        >
          Add a rule
        </button>
      </div>
      {rules.length === 0 && <p className="rule-none">{emptyWord(camera)}</p>}
      <ul className="rule-list">
        {rules.map((listed) => (
          <RuleCard
            key={listed.id}
            listed={listed}
            camera={camera}
            there={there}
            isInstead={camera !== undefined && ofAll.includes(listed.id)}
            {...actions}
          />
        ))}
      </ul>
    </section>
  );
}
