// A button that copies a text. In: its words, and what makes the text. Out: the button, which says for a
// moment that it has copied; where the browser lets no page copy, the text itself, marked once, until it is
// closed.
import { useEffect, useRef, useState } from 'react';
import { browserTime } from '../time/time';
import { copied } from './clipboard';

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
    const made = text();
    void copied(made).then((isCopied) => (isCopied ? setDone(true) : setShown(made)));
  };
  return (
    <>
      <button type="button" className="button" data-testid={hook} onClick={copy}>
        {done ? 'Copied' : words}
      </button>
      <span className="spoken" role="status">
        {done ? 'Copied' : ''}
      </span>
      {shown !== undefined && <Marked text={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function Marked({ text, onClose }: { text: string; onClose: () => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  // Once: marking it takes the focus as well.
  useEffect(() => area.current?.select(), [text]);
  return (
    <>
      <button type="button" className="button" onClick={onClose}>
        Close the text
      </button>
      <textarea ref={area} className="copy-text" aria-label="Text to copy" readOnly value={text} />
    </>
  );
}
