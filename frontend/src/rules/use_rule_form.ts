// What somebody does with the form of a rule. In: what it begins with, and how a rule is saved. Out: a hook
// with what stands in the fields, whose rule it is, what is wrong, and what to do.
import { type SubmitEvent, useState } from 'react';
import { type Form, missing, ruleOf, type Wrongs } from './form';
import type { Refusal } from './refusal';
import type { Rule } from './rule';

/** What a form begins with. */
export interface Editing {
  camera: string | undefined;
  form: Form;
  /** Name of the rule that is changed; undefined where one is added. */
  instead: string | undefined;
}

/** Saves the rule of a form; tells what is wrong, or nothing where it is saved. */
export type SaveRule = (
  rule: Rule,
  camera: string | undefined,
  instead: string | undefined,
) => Promise<Refusal | undefined>;

interface State {
  camera: string | undefined;
  form: Form;
  wrongs: Wrongs;
  /** What is wrong with no field; undefined where nothing is. */
  general: string | undefined;
  isSaving: boolean;
}

export function useRuleForm(begun: Editing, onSave: SaveRule, onSaved: () => void) {
  const [state, setState] = useState<State>({
    camera: begun.camera,
    form: begun.form,
    wrongs: {},
    general: undefined,
    isSaving: false,
  });
  const merge = (changed: Partial<State>) => setState((before) => ({ ...before, ...changed }));
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (state.isSaving) return;
    const wrongs = missing(state.form);
    const isWhole = Object.keys(wrongs).length === 0;
    merge({ wrongs, general: undefined, isSaving: isWhole });
    if (!isWhole) return;
    void onSave(ruleOf(state.form), state.camera, begun.instead).then((refusal) => {
      if (refusal === undefined) onSaved();
      else if (refusal.field === undefined) merge({ isSaving: false, general: refusal.words });
      else merge({ isSaving: false, wrongs: { [refusal.field]: refusal.words } });
    });
  };
  return {
    ...state,
    send,
    // What is changed is no longer known to be wrong.
    set: (changed: Partial<Form>) =>
      merge({
        form: { ...state.form, ...changed },
        wrongs: without(state.wrongs, changed),
        general: undefined,
      }),
    setCamera: (camera: string | undefined) => merge({ camera }),
  };
}

function without(wrongs: Wrongs, changed: Partial<Form>): Wrongs {
  const kept = Object.entries(wrongs).filter(([field]) => !Object.hasOwn(changed, field));
  return Object.fromEntries(kept);
}
