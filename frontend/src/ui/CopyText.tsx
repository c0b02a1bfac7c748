// A text to be handed on. In: its label and the text. Out: a field that shows it, and a button that copies
// it; where the browser lets no page copy, as without encryption, the text is marked instead.
import { useRef, useState } from 'react';
import { copied } from './clipboard';
import { Field } from './Field';

export function CopyText({ label, value }: { label: string; value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [word, setWord] = useState('');
  const copy = () => {
    field.current?.select();
    void copied(value).then((isCopied) => setWord(isCopied ? 'Copied' : 'Marked: press Ctrl+C'));
  };
  return (
    <div className="copy">
      <Field label={label}>
        {(tied) => (
          <input
            {...tied}
            ref={field}
            className="input"
            readOnly
            value={value}
            onFocus={({ target }) => target.select()}
          />
        )}
      </Field>
      <button type="button" className="button" onClick={copy}>
        Copy
      </button>
      <span className="copy-word" role="status">
        {word}
      </span>
    </div>
  );
}
