// A form that asks for the token of a camera that needs one. In: why it is asked for. Out: the page, loaded
// again with the token in its address; the server answers with a cookie, and the page takes the token out of
// the address bar at once.
import { type SubmitEvent, useId } from 'react';
import { withToken } from './address';

export function TokenForm({ message }: { message: string }) {
  const fieldId = useId();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token !== 'string' || token.trim() === '') return;
    window.location.replace(withToken(window.location.href, token.trim()));
  };
  return (
    <form className="notice" data-testid="token-form" onSubmit={submit}>
      <p className="notice-title">{message}</p>
      <label className="notice-text" htmlFor={fieldId}>
        Ask whoever runs this server, then enter it here.
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
        <button type="submit" className="button">
          Continue
        </button>
      </div>
    </form>
  );
}
