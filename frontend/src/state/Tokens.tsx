// Tokens of programs, for who may give credentials. In: the cameras. Out: a form that makes a token, the
// token, and a field that ends any token or link.
import { useState } from 'react';
import type { Told } from '../api/told';
import { Choices, Field } from '../ui/Field';
import { type Credential, makeToken } from './credentials';
import { Lasting } from './Lasting';
import { Made } from './Made';
import { Revoke } from './Revoke';
import { useOutcome } from './use_outcome';
import { LASTING_TOKEN, ROLE_WORDS, TOKEN_HINT } from './words';

type Role = Told<'Role'>;

const ROLES: readonly Role[] = ['viewer', 'admin'];

export function Tokens({ cameras }: { cameras: readonly string[] }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [seconds, setSeconds] = useState(86_400);
  const { outcome, isAwaited, wish } = useOutcome<Credential>();
  const make = () =>
    makeToken({
      role,
      ttl_seconds: seconds,
      cameras: chosen.length === 0 ? null : [...chosen],
      name: name.trim() === '' ? null : name.trim(),
    });
  return (
    <section className="state-part" data-testid="tokens" aria-labelledby="tokens">
      <h3 id="tokens">Tokens of programs</h3>
      <p className="part-hint">{TOKEN_HINT}</p>
      <form
        className="part-form"
        onSubmit={(event) => {
          event.preventDefault();
          wish(make);
        }}
      >
        <div className="fields">
          <Field label="Name, for the list of changes">
            {(tied) => (
              <input
                {...tied}
                className="input"
                maxLength={32}
                autoComplete="off"
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <RoleChoice role={role} onChoose={setRole} />
          <Lasting all={LASTING_TOKEN} seconds={seconds} onChoose={setSeconds} />
        </div>
        <Choices
          label="Cameras"
          hint="All cameras, where none is chosen"
          all={cameras}
          chosen={chosen}
          wordOf={(camera) => camera}
          onToggle={(camera) => setChosen(toggledIn(chosen, camera))}
        />
        <button type="submit" className="button main" aria-disabled={isAwaited}>
          {isAwaited ? 'Making it …' : 'Make a token'}
        </button>
      </form>
      <Made label="Token" outcome={outcome} />
      <Revoke />
    </section>
  );
}

function toggledIn(chosen: readonly string[], name: string): string[] {
  return chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name];
}

function RoleChoice({ role, onChoose }: { role: Role; onChoose: (role: Role) => void }) {
  return (
    <Field label="Role">
      {(tied) => (
        <select
          {...tied}
          className="select"
          value={role}
          onChange={({ target }) => onChoose(ROLES.find((each) => each === target.value) ?? role)}
        >
          {ROLES.map((each) => (
            <option key={each} value={each}>
              {ROLE_WORDS[each]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
