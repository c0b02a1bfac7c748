// What the keys of a page do. In: whether it is shown, and what to do when it is closed. Out: a dialog with a
// list, and a switch for those who want no single keys.
import { useEffect, useRef } from 'react';
import { useKeysWanted } from './keys';
import { KEY_WORDS } from './words';

export function KeysHelp({ shown, onClose }: { shown: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [wanted, want] = useKeysWanted();
  useEffect(() => {
    if (!shown) {
      dialog.current?.close();
      return;
    }
    dialog.current?.showModal();
    title.current?.focus();
  }, [shown]);
  return (
    <dialog ref={dialog} className="keys" aria-labelledby="keys-title" data-testid="keys" onClose={onClose}>
      {/* A dialog gives the focus to its first control, which would be the last thing that is read. */}
      <h2 id="keys-title" tabIndex={-1} ref={title}>
        Keys
      </h2>
      <dl className="keys-list">
        {KEY_WORDS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="layer">
        <input type="checkbox" checked={wanted} onChange={({ target }) => want(target.checked)} />
        Single letters and signs work
      </label>
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
