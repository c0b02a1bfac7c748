// One field that narrows a rule down. In: its name, the form, what can be named, and what is wrong. Out: the
// control that fits it.
import { useId } from 'react';
import { PERSON } from '../results/classes';
import { Field } from '../ui/Field';
import type { Form, TextField } from './form';
import type { Places } from './house';
import { DIRECTIONS, type Occasion, RISKS } from './rule';
import { FIELD_WORDS, HINTS } from './words';

interface Props {
  name: TextField;
  form: Form;
  places: Places;
  wrong: string | undefined;
  onType: (name: TextField, text: string) => void;
}

/** Classes that cameras see most; those in the picture come besides. */
const USUAL_CLASSES = [PERSON, 'car', 'truck', 'bus', 'bicycle', 'motorcycle', 'dog', 'cat'];

export function Part(props: Props) {
  switch (props.name) {
    case 'line':
      return <Choice {...props} none="Any line" all={props.places.lines} />;
    case 'zone':
      return <Choice {...props} none={anyZone(props.form.when)} all={props.places.zones} />;
    case 'direction':
      return <Choice {...props} none="Either" all={DIRECTIONS} />;
    case 'risk':
      return <Choice {...props} none="Choose one" all={RISKS} />;
    case 'class':
      return <ClassName {...props} />;
    case 'from':
    case 'until':
      return <Typed {...props} type="time" />;
    case 'id':
      return <Typed {...props} type="text" />;
    case 'faster_kmh':
    case 'above':
    case 'for_s':
    case 'most_an_hour':
      return <Typed {...props} type="number" />;
  }
}

function anyZone(when: Occasion): string {
  return when === 'loitering' ? 'Any zone' : 'Choose one';
}

function Choice(props: Props & { none: string; all: readonly string[] }) {
  const { name, form, wrong, onType, none, all } = props;
  const value = form[name];
  // One that the camera has no more stays, so that it is seen.
  const shown = value === '' || all.includes(value) ? all : [...all, value];
  return (
    <Field label={FIELD_WORDS[name]} hint={placeHint(name, all)} wrong={wrong}>
      {(tied) => (
        <select
          {...tied}
          className="select"
          value={value}
          onChange={({ target }) => onType(name, target.value)}
        >
          <option value="">{none}</option>
          {shown.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

function placeHint(name: TextField, all: readonly string[]): string | undefined {
  return all.length > 0 ? undefined : `There is no ${name} yet; it is drawn in the camera's settings`;
}

function ClassName({ name, form, places, wrong, onType }: Props) {
  const list = useId();
  const classes = [...new Set([...places.classes, ...USUAL_CLASSES])];
  return (
    <Field label={FIELD_WORDS[name]} hint={HINTS[name]} wrong={wrong}>
      {(tied) => (
        <>
          <input
            {...tied}
            className="input"
            list={list}
            autoComplete="off"
            value={form[name]}
            placeholder={form.when === 'seen' ? undefined : 'Anything'}
            onChange={({ target }) => onType(name, target.value)}
          />
          <datalist id={list}>
            {classes.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function Typed({ name, form, wrong, onType, type }: Props & { type: 'text' | 'time' | 'number' }) {
  return (
    <Field label={FIELD_WORDS[name]} hint={HINTS[name]} wrong={wrong}>
      {(tied) => (
        <input
          {...tied}
          className="input"
          type={type}
          step={type === 'number' ? 'any' : undefined}
          autoComplete="off"
          value={form[name]}
          placeholder={name === 'most_an_hour' ? '12' : undefined}
          onChange={({ target }) => onType(name, target.value)}
        />
      )}
    </Field>
  );
}
