// A button that copies a text. In: its words, and what makes the text. Out: the button, which says for a
// moment that it has copied; where the browser lets no page copy, the text itself, chosen and ready to be.
import { useEffect, useState } from 'react';
import { browserTime } from '../time/time';

/** Time for which the button says what it has done, ms. */
const SAYS_FOR_MS = 2_000;

interface Props {
  words: string;
  text: () => string;
  hook: string;
}

export function CopyButton({ words, text, hook }: Props) {
  const [done, setDone] = useState(false);
  const [shown, setShown] = useState<string>();
  useEffect(() => (done ? browserTime.after(SAYS_FOR_MS, () => setDone(false)) : undefined), [done]);
  const copy = () => {
    const copied = text();
    write(copied).then(
      () => setDone(true),
      () => setShown(copied),
    );
  };
  return (
    <>
      <button type="button" className="button" data-testid={hook} onClick={copy}>
        {done ? 'Copied' : words}
      </button>
      <span className="spoken" role="status">
        {done ? 'Copied' : ''}
      </span>
      {shown !== undefined && (
        <textarea
          className="copy-text"
          aria-label="Text to copy"
          readOnly
          value={shown}
          ref={(area) => area?.select()}
        />
      )}
    </>
  );
}

/** Pages that came without TLS from another machine have no clipboard, whatever the types say. */
async function write(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
