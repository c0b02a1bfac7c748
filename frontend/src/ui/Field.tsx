// A field of a form. In: its label, what helps with it, what is wrong with it, and the control. Out: all of
// them, tied together for who hears the page.
import { type ReactNode, useId } from 'react';

/** What ties a control to its label and words. */
export interface Tied {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

interface Words {
  label: string;
  hint?: string | undefined;
  /** What is wrong; undefined where nothing is. */
  wrong?: string | undefined;
}

export function Field({ label, hint, wrong, children }: Words & { children: (tied: Tied) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': describedBy(id, hint, wrong), 'aria-invalid': isWrong(wrong) })}
      <Below id={id} hint={hint} wrong={wrong} />
    </div>
  );
}

interface ChoicesProps<T extends string> extends Words {
  all: readonly T[];
  chosen: readonly T[];
  wordOf: (choice: T) => string;
  onToggle: (choice: T) => void;
}

/** Some of several, each with a box to tick. */
export function Choices<T extends string>(props: ChoicesProps<T>) {
  const { label, hint, wrong, all, chosen, wordOf, onToggle } = props;
  const id = useId();
  return (
    <fieldset className="field" aria-describedby={describedBy(id, hint, wrong)}>
      <legend>{label}</legend>
      <div className="choice-row">
        {all.map((choice) => (
          <label key={choice} className="choice">
            <input
              type="checkbox"
              checked={chosen.includes(choice)}
              aria-invalid={isWrong(wrong)}
              onChange={() => onToggle(choice)}
            />
            {wordOf(choice)}
          </label>
        ))}
      </div>
      <Below id={id} hint={hint} wrong={wrong} />
    </fieldset>
  );
}

function Below({ id, hint, wrong }: { id: string } & Omit<Words, 'label'>) {
  return (
    <>
      {wrong !== undefined && (
        <p className="field-wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
}

function describedBy(id: string, hint: string | undefined, wrong: string | undefined): string | undefined {
  const ids = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean);
  return ids.length === 0 ? undefined : ids.join(' ');
}

function isWrong(wrong: string | undefined): true | undefined {
  return wrong === undefined ? undefined : true;
}
