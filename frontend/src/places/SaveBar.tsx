// Saving what was drawn. In: whether anything has changed, how far it is on its way, and what the server
// refused. Out: buttons that save and that go back to what is saved, with a word on how things are.
import { type Saving, saveWord } from './words';

interface Props {
  changed: boolean;
  saving: Saving;
  refused: string | undefined;
  /** Whether something is wrong, which is said where it is. */
  wrong: boolean;
  onSave: () => void;
  onRevert: () => void;
}

export function SaveBar({ changed, saving, refused, wrong, onSave, onRevert }: Props) {
  const barred = !changed || wrong || saving === 'under way';
  return (
    <div className="save-bar">
      <button
        type="button"
        className="button main-button"
        data-testid="save-places"
        // One that is disabled would lose the focus.
        aria-disabled={barred}
        onClick={() => {
          if (!barred) onSave();
        }}
      >
        Save
      </button>
      <button
        type="button"
        className="button"
        aria-disabled={!changed}
        onClick={() => {
          if (changed) onRevert();
        }}
      >
        Discard
      </button>
      <p className="save-word" role="status" data-testid="saved">
        {saveWord(changed, saving)}
      </p>
      <p className="wrong" role="alert">
        {refused}
      </p>
    </div>
  );
}
