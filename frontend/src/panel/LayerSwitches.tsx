// Which layers lie over the picture. In: the choices, why a layer has nothing to show or nothing now, and a
// callback. Out: one checkbox per layer, and the reasons in words, since a phone shows no titles. What a
// layer looks like does not belong here.
import type { AnalyticsView } from '../live/analytics';
import type { Choices, Layers } from '../results/layers';
import { lateWord } from './words';

const LAYERS: readonly { name: keyof Layers; word: string }[] = [
  { name: 'boxes', word: 'Boxes' },
  { name: 'labels', word: 'Labels' },
  { name: 'heat', word: 'Heat map' },
  { name: 'lines', word: 'Lines, zones' },
];

interface Props {
  /** The switches may be on the page twice; `layer` or what else tests find them by. */
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
      {reasons(view).map(([why, words]) => (
        <p key={why} className="layer-why" data-testid={`${hook}-why`}>
          {words.join(', ')}: {why}
        </p>
      ))}
    </fieldset>
  );
}

/**
 * Each reason once, with the layers that it is about. Of a layer that is switched off nobody misses anything.
 */
function reasons({ choices, bars, late }: Props['view']): [string, string[]][] {
  const about = new Map<string, string[]>();
  for (const { name, word } of LAYERS) {
    const lateS = choices[name] ? late[name] : undefined;
    const why = bars[name] ?? (lateS === undefined ? undefined : lateWord(lateS));
    if (why !== undefined) about.set(why, [...(about.get(why) ?? []), word]);
  }
  return [...about];
}
