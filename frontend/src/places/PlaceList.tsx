// Lines and zones beside the picture. In: the editor, what acts on it, what is counted, and what is wrong.
// Out: a row for each with its name in a field, its count as it goes on, and buttons that turn and remove
// it.
import { type Dispatch, useId } from 'react';
import type { AnalyticsView } from '../results/view';
import { IconButton } from '../ui/IconButton';
import type { Action, Editor } from './editor';
import { type Place, renamed, swapped } from './sketch';
import { countWord, KIND_WORDS, NOTHING_DRAWN, ownWord, placeWord } from './words';
import type { Wrongs } from './wrongs';

interface Props {
  editor: Editor;
  view: AnalyticsView;
  wrongs: Wrongs;
  dispatch: Dispatch<Action>;
}

const SWAP = 'M6 3v14M6 3L3 6M6 3l3 3M14 17V3M14 17l-3-3M14 17l3-3';
const REMOVE = 'M4 6h12M8 6V3h4v3M6 6l1 11h6l1-11';

export function PlaceList({ editor, view, wrongs, dispatch }: Props) {
  const sketch = editor.steps.now;
  const own = ownWord(editor.saved, view);
  if (sketch.length === 0)
    return (
      <div className="hint place-none">
        <p>{NOTHING_DRAWN}</p>
        {own !== undefined && <p>{own}</p>}
      </div>
    );
  return (
    <ul className="place-list" data-testid="places">
      {sketch.map((place) => (
        <Row
          key={place.key}
          place={place}
          count={countWord(place, editor.saved, view)}
          wrong={wrongs.get(place.key)}
          {...{ editor, dispatch }}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  place: Place;
  count: string;
  wrong: string | undefined;
  editor: Editor;
  dispatch: Dispatch<Action>;
}

function Row({ place, count, wrong, editor, dispatch }: RowProps) {
  const id = useId();
  const { key, kind } = place;
  const sketch = editor.steps.now;
  return (
    <li className="place-row" data-chosen={editor.chosen === key} data-place={place.id} data-kind={kind}>
      <label className="place-kind" htmlFor={id}>
        {KIND_WORDS[kind]}
        <span className="spoken"> name</span>
      </label>
      <input
        id={id}
        className="input place-name"
        value={place.id}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-said`}
        onFocus={() => dispatch({ do: 'choose', key })}
        onChange={({ target }) =>
          dispatch({ do: 'change', sketch: renamed(sketch, key, target.value), what: `name ${key}` })
        }
      />
      <div className="place-buttons">
        {kind === 'line' && (
          <IconButton
            hook="swap"
            className="tool"
            label={`Swap in and out of ${placeWord(place)}`}
            icon={SWAP}
            onClick={() => dispatch({ do: 'change', sketch: swapped(sketch, key) })}
          />
        )}
        <IconButton
          hook="remove-place"
          className="tool"
          label={`Remove ${placeWord(place)}`}
          icon={REMOVE}
          onClick={() => dispatch({ do: 'remove', key })}
        />
      </div>
      <p className={wrong === undefined ? 'place-count' : 'place-count wrong'} id={`${id}-said`}>
        {wrong ?? count}
      </p>
    </li>
  );
}
