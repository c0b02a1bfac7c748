// The form of a rule, in a dialog. In: what it begins with, the cameras, the services, and how a rule is
// saved. Out: its fields, the sentence that they make, and what is wrong at its field. Escape closes it.
import { useEffect, useRef } from 'react';
import { ruleOf } from './form';
import type { RuledCamera } from './house';
import { Sentence } from './RuleCard';
import { RuleFields } from './RuleFields';
import { type Editing, type SaveRule, useRuleForm } from './use_rule_form';

interface Props {
  begun: Editing;
  cameras: readonly RuledCamera[];
  mayAll: boolean;
  there: readonly string[];
  onSave: SaveRule;
  onClose: () => void;
}

export function RuleForm({ begun, cameras, mayAll, there, onSave, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => dialog.current?.close();
  const { form, camera, wrongs, general, isSaving, send, set, setCamera } = useRuleForm(begun, onSave, close);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  useEffect(() => {
    dialog.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [wrongs]);
  return (
    <dialog
      ref={dialog}
      className="form-dialog"
      data-testid="rule-form"
      aria-labelledby="rule-form-title"
      // What the server will say of it needs the form.
      onCancel={(event) => isSaving && event.preventDefault()}
      onClose={onClose}
    >
      <form onSubmit={send} noValidate>
        <h3 id="rule-form-title">{begun.instead === undefined ? 'New rule' : `Rule ${begun.instead}`}</h3>
        <RuleFields
          form={form}
          camera={camera}
          wrongs={wrongs}
          cameras={cameras}
          mayAll={mayAll}
          there={there}
          onSet={set}
          onCamera={begun.instead === undefined ? setCamera : undefined}
        />
        <p className="rule-preview" data-testid="rule-preview">
          <Sentence rule={ruleOf(form)} camera={camera} />
        </p>
        <p className="form-wrong" role="alert">
          {general}
        </p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          {/* One that is disabled would lose the focus. */}
          <button type="submit" className="button main" aria-disabled={isSaving}>
            {isSaving ? 'Saving …' : 'Save'}
          </button>
        </div>
      </form>
    </dialog>
  );
}
