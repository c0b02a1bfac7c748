// Which events are shown, as chips. In: the filter, the cameras that there are, and what to do for another.
// Out: a choice of the camera where there are several, and a button for each kind that people ask for.
import { type Kind } from './event';
import type { Filter } from './filter';
import { kindWord } from './words';

interface Props {
  filter: Filter;
  cameras: readonly string[];
  onChoose: (filter: Filter) => void;
}

/** Kinds that have a chip of their own, most wanted first. */
const CHIPS: readonly Kind[] = [
  'line_crossed',
  'zone_above',
  'loitering',
  'risk_changed',
  'source_lost',
  'model_failed',
];

export function Filters({ filter, cameras, onChoose }: Props) {
  return (
    <div className="filters" role="group" aria-label="Which events">
      {cameras.length > 1 && (
        <label className="filter-camera">
          <span className="spoken">Camera</span>
          <select
            data-testid="filter-camera"
            value={filter.camera ?? ''}
            onChange={({ target }) => onChoose({ ...filter, camera: target.value || undefined })}
          >
            <option value="">All cameras</option>
            {cameras.map((camera) => (
              <option key={camera}>{camera}</option>
            ))}
          </select>
        </label>
      )}
      <Chip
        word="All"
        on={filter.kind === undefined}
        onChoose={() => onChoose({ ...filter, kind: undefined })}
      />
      {chipsWith(filter.kind).map((kind) => (
        <Chip
          key={kind}
          word={kindWord(kind)}
          on={filter.kind === kind}
          onChoose={() => onChoose({ ...filter, kind })}
        />
      ))}
    </div>
  );
}

/** Kinds with a chip; the chosen one has one in any case. */
function chipsWith(kind: Kind | undefined): readonly Kind[] {
  return kind === undefined || CHIPS.includes(kind) ? CHIPS : [...CHIPS, kind];
}

function Chip({ word, on, onChoose }: { word: string; on: boolean; onChoose: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={on} onClick={onChoose}>
      {word}
    </button>
  );
}
