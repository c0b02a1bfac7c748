// One rule of a list. In: the rule, whose it is, the services that there are, and what to do with it. Out:
// its sentence, what keeps it from being told, and buttons.
import { serviceName } from '../services/words';
import type { ListedRule, Rule } from './rule';
import { sentenceOf, unsetServices } from './sentence';
import { INSTEAD, UNKNOWN_RULE, unsetWord } from './words';

export interface RuleActions {
  onEdit: (rule: Rule, camera: string | undefined) => void;
  onCopy: (rule: Rule, camera: string | undefined) => void;
  onRemove: (id: string, camera: string | undefined) => void;
}

interface Props extends RuleActions {
  listed: ListedRule;
  camera: string | undefined;
  /** Names of the services that are set; undefined while that is not known. */
  there: readonly string[] | undefined;
  /** Whether a rule of all cameras has the same name, so that this one holds instead of it. */
  isInstead: boolean;
}

export function RuleCard({ listed: { id, rule }, camera, there, isInstead, ...actions }: Props) {
  const { onEdit, onCopy, onRemove } = actions;
  const named = (what: string) => `${what} rule ${id}${camera === undefined ? '' : ` of ${camera}`}`;
  return (
    <li className="rule" data-testid="rule" data-rule={id}>
      <h4 className="rule-id">{id}</h4>
      <p className="rule-words">
        {rule === undefined ? UNKNOWN_RULE : <Sentence rule={rule} camera={camera} />}
      </p>
      {rule !== undefined && there !== undefined && <Unset rule={rule} there={there} />}
      {isInstead && <p className="rule-note">{INSTEAD}</p>}
      <div className="rule-buttons">
        {rule !== undefined && (
          <>
            <Act word="Edit" label={named('Edit')} onClick={() => onEdit(rule, camera)} />
            <Act word="Copy" label={named('Copy')} onClick={() => onCopy(rule, camera)} />
          </>
        )}
        <Act word="Remove" label={named('Remove')} onClick={() => onRemove(id, camera)} />
      </div>
    </li>
  );
}

/** The sentence of a rule, with names set apart. */
export function Sentence({ rule, camera }: { rule: Rule; camera: string | undefined }) {
  return sentenceOf(rule, camera).map(({ words, isName }, at) => (isName ? <b key={at}>{words}</b> : words));
}

function Unset({ rule, there }: { rule: Rule; there: readonly string[] }) {
  const unset = unsetServices(rule, there).map(serviceName);
  return unset.length === 0 ? null : <p className="rule-trouble">{unsetWord(unset)}</p>;
}

function Act({ word, label, onClick }: { word: string; label: string; onClick: () => void }) {
  return (
    <button type="button" className="button compact" aria-label={label} onClick={onClick}>
      {word}
    </button>
  );
}
