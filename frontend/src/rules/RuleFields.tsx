// The fields of the form of a rule. In: what stands in them, the cameras and services that there are, and
// what to do for a change. Out: the fields that a rule of this kind has, and no others.
import { serviceName } from '../services/words';
import { Choices, Field } from '../ui/Field';
import { type Form, tellersOf, type TextField, toggled, type Wrongs } from './form';
import type { RuledCamera } from './house';
import { Part } from './Part';
import { DAYS, OCCASIONS, PARTS } from './rule';
import { usePlaces } from './use_rules';
import { DAY_WORDS, FIELD_WORDS, HINTS, OCCASION_WORDS, scopeWord } from './words';

interface Props {
  form: Form;
  camera: string | undefined;
  wrongs: Wrongs;
  cameras: readonly RuledCamera[];
  /** Whether rules of all cameras may be made. */
  mayAll: boolean;
  /** Names of the services that are set. */
  there: readonly string[];
  onSet: (changed: Partial<Form>) => void;
  /** Has the rule be another camera's; undefined where it stays whose it is. */
  onCamera: ((camera: string | undefined) => void) | undefined;
}

export function RuleFields({ form, camera, wrongs, cameras, mayAll, there, onSet, onCamera }: Props) {
  const places = usePlaces(camera, cameras);
  const part = (name: TextField) => (
    <Part
      key={name}
      name={name}
      form={form}
      places={places}
      wrong={wrongs[name]}
      onType={(field, text) => onSet({ [field]: text })}
    />
  );
  return (
    <>
      <div className="fields">
        {part('id')}
        {onCamera !== undefined && (
          <Scope camera={camera} cameras={cameras} mayAll={mayAll} onChoose={onCamera} />
        )}
        <Kind form={form} ofAll={camera === undefined} wrong={wrongs.when} onChoose={onSet} />
        {PARTS[form.when].map(part)}
      </div>
      <div className="fields">
        {part('from')}
        {part('until')}
        {part('most_an_hour')}
      </div>
      <Many form={form} wrongs={wrongs} there={there} onSet={onSet} />
    </>
  );
}

/** What is chosen out of several: days, and services. */
function Many({ form, wrongs, there, onSet }: Pick<Props, 'form' | 'wrongs' | 'there' | 'onSet'>) {
  const tellers = tellersOf(there, form.tell);
  return (
    <>
      <Choices
        label={FIELD_WORDS.days}
        hint={HINTS.days}
        wrong={wrongs.days}
        all={DAYS}
        chosen={form.days}
        wordOf={(day) => DAY_WORDS[day]}
        onToggle={(day) => onSet({ days: toggled(DAYS, form.days, day) })}
      />
      {tellers.length > 0 && (
        <Choices
          label={FIELD_WORDS.tell}
          hint={HINTS.tell}
          wrong={wrongs.tell}
          all={tellers}
          chosen={form.tell}
          wordOf={serviceName}
          onToggle={(name) => onSet({ tell: toggled(tellers, form.tell, name) })}
        />
      )}
    </>
  );
}

interface ScopeProps extends Pick<Props, 'camera' | 'cameras' | 'mayAll'> {
  onChoose: (camera: string | undefined) => void;
}

function Scope({ camera, cameras, mayAll, onChoose }: ScopeProps) {
  return (
    <Field label="Of which camera">
      {(tied) => (
        <select
          {...tied}
          className="select"
          value={camera ?? ''}
          onChange={({ target }) => onChoose(target.value || undefined)}
        >
          {mayAll && <option value="">{scopeWord(undefined)}</option>}
          {cameras.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface KindProps {
  form: Form;
  ofAll: boolean;
  wrong: string | undefined;
  onChoose: (changed: Pick<Form, 'when'>) => void;
}

function Kind({ form, ofAll, wrong, onChoose }: KindProps) {
  // What happens to the server happens to no camera.
  const kinds = OCCASIONS.filter((when) => ofAll || when !== 'storage_trouble' || when === form.when);
  const choose = (chosen: string) => {
    const when = kinds.find((kind) => kind === chosen);
    if (when !== undefined) onChoose({ when });
  };
  return (
    <Field label={FIELD_WORDS.when} wrong={wrong}>
      {(tied) => (
        <select
          {...tied}
          className="select"
          value={form.when}
          onChange={({ target }) => choose(target.value)}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {OCCASION_WORDS[kind]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
