// The quality level: what it is, why, and the choice. In: the controller's view and a callback. Out: the panel. Nothing is
// decided here.
import type { QualityView } from '../viewer/snapshot';
import { stepWord } from '../viewer/words';

interface Props {
  view: QualityView;
  onChoose: (choice: 'automatic' | number) => void;
}

export function QualityPanel({ view, onChoose }: Props) {
  const { mode, level, levels, reason, lastStep } = view;
  // Highest first: that is what people look for. A level out of the address may lie outside of what is offered so far.
  const offered = [...new Set([...levels, level])].toSorted((a, b) => b - a);
  return (
    <div className="quality">
      <div className="quality-head">
        <span className="quality-name" id="quality-name">
          Quality
        </span>
        <select
          className="select"
          data-testid="quality-select"
          aria-labelledby="quality-name"
          value={mode === 'automatic' ? 'automatic' : String(level)}
          onChange={(event) => onChoose(event.target.value === 'automatic' ? 'automatic' : Number(event.target.value))}
        >
          <option value="automatic">Automatic</option>
          {offered.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </div>
      <p className="value">
        <span data-testid="level">{level}</span> <span className="unit">{mode}</span>
      </p>
      <Ladder levels={levels} level={level} />
      <p className="small" data-testid="reason">
        {reason}
      </p>
      {/* Always there, so that the first step does not push the picture. */}
      <p className="small last-step" data-testid="last-step">
        {lastStep && stepWord(lastStep)}
      </p>
    </div>
  );
}

/** The ladder as a row of rungs: how far up, at one glance. */
function Ladder({ levels, level }: { levels: readonly number[]; level: number }) {
  return (
    <div className="ladder" aria-hidden="true">
      {levels.map((rung) => (
        <span key={rung} className="rung" data-on={rung <= level} />
      ))}
    </div>
  );
}
