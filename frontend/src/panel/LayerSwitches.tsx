// Which layers of the analytics lie over the picture. In: the choices, why a layer has nothing to show or
// nothing now, and a callback. Out: one checkbox per layer, and the reasons in words, since a phone shows no
// titles. What a layer looks like does not belong here.
import type { Choices, Layers } from '../results/layers';
import type { AnalyticsView } from '../results/view';
import { lateWord } from './words';

const LAYERS: readonly { name: keyof Layers; word: string }[] = [
  { name: 'boxes', word: 'Boxes' },
  { name: 'labels', word: 'Labels' },
  { name: 'trails', word: 'Trails' },
  { name: 'heat', word: 'Heat map' },
  { name: 'lines', word: 'Lines, zones' },
];

interface Props {
  /** First part of the names under which tests find the switches, which may be on the page twice. */
  hook: string;
  view: Pick<AnalyticsView, 'choices' | 'bars' | 'late'>;
  onChoose: (change: Partial<Choices>) => void;
}

export function LayerSwitches({ hook, view, onChoose }: Props) {
  const { choices, bars } = view;
  return (
    <fieldset className="layers">
      <legend className="group-title">Over the picture</legend>
      {LAYERS.map(({ name, word }) => (
        <label key={name} className="layer" title={bars[name]} data-barred={bars[name] !== undefined}>
          <input
            type="checkbox"
            data-testid={`${hook}-${name}`}
            disabled={bars[name] !== undefined}
            checked={choices[name] && bars[name] === undefined}
            onChange={(event) => onChoose({ [name]: event.target.checked })}
          />
          {word}
        </label>
      ))}
      {reasonsIn(view).map(({ why, layers }) => (
        <p key={why} className="layer-why" data-testid={`${hook}-why`}>
          {layers.join(', ')}: {why}
        </p>
      ))}
    </fieldset>
  );
}

interface Reason {
  why: string;
  /** Words of the layers that have nothing to show for this reason, or nothing new. */
  layers: readonly string[];
}

/**
 * Reasons, each once. Nobody misses anything of a layer that is switched off, so late results of it are none.
 */
function reasonsIn({ choices, bars, late }: Props['view']): Reason[] {
  const layersBy = new Map<string, string[]>();
  for (const { name, word } of LAYERS) {
    const told = choices[name] ? late[name] : undefined;
    const why = bars[name] ?? (told === undefined ? undefined : lateWord(told));
    if (why !== undefined) layersBy.set(why, [...(layersBy.get(why) ?? []), word]);
  }
  return [...layersBy].map(([why, layers]) => ({ why, layers }));
}
