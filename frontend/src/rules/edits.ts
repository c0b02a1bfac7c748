// Changes of a list of rules. In: the newest list, and what is to be changed. Out: the list that is saved.
// Pure; each change finds its rule by the name, since others may have changed the list meanwhile.
import { listed, type ListedRule, type Rule } from './rule';

type List = readonly ListedRule[];

/** Makes another list of one. */
export type Edit = (rules: List) => List;

/** Has a rule instead of the one of that name; behind all others where there is none. */
export function withRule(rule: Rule, instead: string | undefined): Edit {
  return (rules) => {
    const at = rules.findIndex(({ id }) => id === instead);
    return at < 0 ? [...rules, listed(rule)] : rules.with(at, listed(rule));
  };
}

export function without(id: string): Edit {
  return (rules) => rules.filter((each) => each.id !== id);
}

/** Has a rule again that was removed from that place. */
export function putBack(removed: ListedRule, at: number): Edit {
  return (rules) => rules.toSpliced(at, 0, removed);
}

/** A name like that one which no rule of the list has. */
export function freeId(id: string, rules: List): string {
  const taken = new Set(rules.map((each) => each.id));
  const stem = id.replace(/-\d+$/, '');
  for (let number = 2; ; number++) {
    const tried = `${stem}-${number}`;
    if (!taken.has(tried)) return tried;
  }
}
