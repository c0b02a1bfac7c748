// What a page says in the place of what it would show. In: why there is nothing. Out: the reason, and a way
// to log in where that helps.
import { isBarredBy } from './refused';

export function Trouble({ error }: { error: Error }) {
  return (
    <div className="sheet-notice" role="alert" data-testid="trouble">
      <p>{error.message}</p>
      {isBarredBy(error) && (
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Log in
        </button>
      )}
    </div>
  );
}
