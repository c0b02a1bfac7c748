// For how long a credential holds. In: the times to choose from, and the chosen one. Out: a choice.
import { Field } from '../ui/Field';
import type { LASTING } from './words';

interface Props {
  all: typeof LASTING;
  seconds: number;
  onChoose: (seconds: number) => void;
}

export function Lasting({ all, seconds, onChoose }: Props) {
  return (
    <Field label="For how long">
      {(tied) => (
        <select
          {...tied}
          className="select"
          value={seconds}
          onChange={({ target }) => onChoose(Number(target.value))}
        >
          {all.map(({ seconds: each, word }) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
