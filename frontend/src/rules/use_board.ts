// What somebody does on the page of rules. In: the rules, and how they are saved. Out: a hook with the form
// that is open, what is said of the last change, and what to do: rules are added, changed, copied and
// removed, and a removed one comes back.
import { useState } from 'react';
import type { Answer } from '../api/requests';
import { whyNot } from '../login/login';
import { freeId, putBack, without, withRule } from './edits';
import { EMPTY, formOf } from './form';
import { type Refusal, refusalOf } from './refusal';
import type { ListedRule, Rule } from './rule';
import type { Editing } from './use_rule_form';
import { type Ruled, type Saved, useSave } from './use_rules';
import { backWord, removedWord, REMOVING, savedWord } from './words';

/** What is said of the last change. */
export interface News {
  words: string;
  isWrong: boolean;
  /** Takes the change back; undefined where nothing is to be taken back. */
  undo?: () => void;
}

export function useBoard(ruled: Ruled | undefined) {
  const save = useSave();
  const [editing, setEditing] = useState<Editing>();
  const [news, setNews] = useState<News>();
  const listOf = (camera: string | undefined): readonly ListedRule[] =>
    (camera === undefined ? ruled?.all : ruled?.cameras.find(({ name }) => name === camera)?.rules) ?? [];
  const tell = (answer: Answer, news: Omit<News, 'isWrong'>) => {
    const why = whyNot(answer);
    setNews(why === undefined ? { ...news, isWrong: false } : { words: why, isWrong: true });
  };

  const remove = async (id: string, camera: string | undefined) => {
    const [at, gone] = [...listOf(camera).entries()].find(([, rule]) => rule.id === id) ?? [];
    if (at === undefined || gone === undefined) return;
    setNews({ words: REMOVING, isWrong: false });
    const { answer } = await save(camera, without(id));
    const undo = async () => tell((await save(camera, putBack(gone, at))).answer, { words: backWord(id) });
    tell(answer, { words: removedWord(id), undo: () => void undo() });
  };
  const keep = async (rule: Rule, camera: string | undefined, instead: string | undefined) => {
    const saved = await save(camera, withRule(rule, instead));
    if (saved.answer.kind === 'ok') setNews({ words: savedWord(rule.id), isWrong: false });
    return whatIsWrong(saved, rule);
  };
  return {
    editing,
    news,
    keep,
    remove: (id: string, camera: string | undefined) => void remove(id, camera),
    add: (camera: string | undefined) => setEditing({ camera, form: EMPTY, instead: undefined }),
    edit: (rule: Rule, camera: string | undefined) =>
      setEditing({ camera, form: formOf(rule), instead: rule.id }),
    copy: (rule: Rule, camera: string | undefined) => {
      const id = freeId(rule.id, listOf(camera));
      setEditing({ camera, form: formOf({ ...rule, id }), instead: undefined });
    },
    close: () => setEditing(undefined),
    hush: () => setNews(undefined),
  };
}

/** What the server has against a rule; nothing where it is saved. */
function whatIsWrong({ answer, sent }: Saved, rule: Rule): Refusal | undefined {
  if (answer.kind === 'refused')
    return refusalOf(
      answer.message,
      rule.id,
      sent.findLastIndex(({ id }) => id === rule.id),
    );
  const words = whyNot(answer);
  return words === undefined ? undefined : { field: undefined, words };
}
