// Which layers lie over the picture. In: the choices and a callback. Out: one checkbox per layer. What a layer looks like, and
// where choices are kept, does not belong here.
import type { Choices, Layers } from './layers';

const LAYERS: readonly { name: keyof Layers; word: string }[] = [
  { name: 'boxes', word: 'Boxes' },
  { name: 'labels', word: 'Labels' },
  { name: 'heat', word: 'Heat map' },
  { name: 'lines', word: 'Lines, zones' },
];

interface Props {
  layers: Layers;
  onChoose: (change: Partial<Choices>) => void;
}

export function LayerSwitches({ layers, onChoose }: Props) {
  return (
    <fieldset className="layers">
      <legend className="group-title">Over the picture</legend>
      {LAYERS.map(({ name, word }) => (
        <label key={name} className="layer">
          <input
            type="checkbox"
            data-testid={`layer-${name}`}
            checked={layers[name]}
            onChange={(event) => onChoose({ [name]: event.target.checked })}
          />
          {word}
        </label>
      ))}
    </fieldset>
  );
}
