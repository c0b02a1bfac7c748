// A form that asks for a credential of a camera that needs one. In: why it is asked for, and from the context
// whether there are users. Out: a session, and the page loaded again. What was entered goes to the server by
// POST, and into no address.
import { type SubmitEvent, useId, useState } from 'react';
import { useAccount } from './account_context';
import { credentialOf, logIn } from './login';

export function LoginForm({ message }: { message: string }) {
  const hasUsers = useAccount()?.canLoginByName === true;
  const [byName, setByName] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const credential = credentialOf(new FormData(event.currentTarget));
    if (credential === undefined || busy) return;
    setBusy(true);
    void logIn(credential, window.location.href).then((why) => {
      setBusy(false);
      setWrong(why);
      if (why === undefined) window.location.reload();
    });
  };
  return (
    <form className="notice" data-testid="token-form" onSubmit={submit}>
      <p className="notice-title">{message}</p>
      {byName ? <NameFields /> : <TokenField />}
      <p className="notice-text" role="alert">
        {wrong}
      </p>
      <button type="submit" className="button" disabled={busy}>
        Continue
      </button>
      {hasUsers && (
        <button type="button" className="button" data-testid="login-by" onClick={() => setByName(!byName)}>
          {byName ? 'Enter a token instead' : 'Enter a name and a password instead'}
        </button>
      )}
    </form>
  );
}

function TokenField() {
  const fieldId = useId();
  return (
    <>
      <label className="notice-text" htmlFor={fieldId}>
        Ask whoever runs this server for a token, then enter it here.
      </label>
      <div className="entry">
        <input
          id={fieldId}
          name="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
        />
      </div>
    </>
  );
}

function NameFields() {
  return (
    <>
      <div className="entry">
        <input
          name="name"
          aria-label="Name"
          placeholder="Name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
        />
      </div>
      <div className="entry">
        <input
          name="password"
          type="password"
          aria-label="Password"
          placeholder="Password"
          autoComplete="current-password"
          required
        />
      </div>
    </>
  );
}
