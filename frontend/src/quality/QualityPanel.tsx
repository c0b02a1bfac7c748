// The quality: what it is, why, and the choice. In: the view and callbacks. Out: the panel. Nothing is
// decided here.
import type { Rung } from '../protocol/protocol';
import type { Choice } from './decision';
import { PRESETS, presetOf, rungOf } from './presets';
import type { QualityView } from './quality';
import type { Style } from './rungs';
import { reasonWord, shortfallWord, sizeWord, styleWord } from './words';

interface Props {
  view: QualityView;
  onChoose: (choice: Choice) => void;
  onStyle: (style: Style) => void;
}

export function QualityPanel({ view, onChoose, onStyle }: Props) {
  const { mode, rung, levels, reason, style } = view;
  const shortfall = mode === 'automatic' ? shortfallWord(style, rung) : undefined;
  return (
    <div className="quality">
      <span className="quality-name" id="quality-name">
        Quality
      </span>
      <LevelSelect view={view} onChoose={onChoose} />
      {mode === 'automatic' ? (
        <StyleSelect style={view.style} onStyle={onStyle} />
      ) : (
        <SizeSelect view={view} onChoose={onChoose} />
      )}
      <p className="quality-now">
        <span className="unit">Level</span> <span data-testid="level">{rung.level}</span>{' '}
        <span className="unit" data-testid="size-word" data-scale={rung.scale}>
          {sizeWord(rung.scale)}
        </span>
      </p>
      <Ladder levels={levels} level={rung.level} />
      <div className="quality-why">
        <p className="small" data-testid="reason">
          {reasonWord(reason)}
        </p>
        {shortfall !== undefined && (
          <p className="small" data-testid="shortfall">
            {shortfall}
          </p>
        )}
      </div>
    </div>
  );
}

type SelectProps = Pick<Props, 'view' | 'onChoose'>;

function LevelSelect({ view: { mode, rung, levels }, onChoose }: SelectProps) {
  // Highest first: that is what people look for. A level out of the address may lie outside of what is
  // offered so far.
  const offered = [...new Set([...levels, rung.level])].toSorted((a, b) => b - a);
  const choose = (value: string) => onChoose(value === 'automatic' ? 'automatic' : rungOf(value, rung));
  const byHand = presetOf(rung)?.name ?? String(rung.level);
  return (
    <select
      className="select"
      data-testid="quality-select"
      aria-labelledby="quality-name"
      value={mode === 'automatic' ? 'automatic' : byHand}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="automatic">Automatic</option>
      {PRESETS.map(({ name, word }) => (
        <option key={name} value={name}>
          {word}
        </option>
      ))}
      <optgroup label="Exact level">
        {offered.map((level) => (
          <option key={level} value={level}>
            {level}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

function SizeSelect({ view: { rung, scales }, onChoose }: SelectProps) {
  const offered = [...new Set([...scales, rung.scale])].toSorted((a, b) => a - b);
  const chosen = (scale: number): Rung => ({ ...rung, scale });
  return (
    <select
      className="select"
      data-testid="size-select"
      aria-label="Picture size"
      value={rung.scale}
      onChange={(event) => onChoose(chosen(Number(event.target.value)))}
    >
      {offered.map((scale) => (
        <option key={scale} value={scale}>
          {sizeWord(scale)}
        </option>
      ))}
    </select>
  );
}

const STYLE_HINT =
  'On a link too thin for both: Smooth keeps the rate and makes the picture smaller, ' +
  'Sharp keeps the picture down to 10 FPS';

function StyleSelect({ style, onStyle }: { style: Style; onStyle: (style: Style) => void }) {
  return (
    <select
      className="select"
      data-testid="style-select"
      aria-label="On a thin link"
      title={STYLE_HINT}
      value={style}
      onChange={(event) => onStyle(event.target.value === 'sharp' ? 'sharp' : 'smooth')}
    >
      {(['smooth', 'sharp'] as const).map((each) => (
        <option key={each} value={each}>
          {styleWord(each)}
        </option>
      ))}
    </select>
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
