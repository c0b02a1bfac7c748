// Who changed what, for admins. In: what the server has written down. Out: a list, newest first, and a button
// for earlier entries.
import { timeWord } from '../events/words';
import { sentence } from '../live/words';
import type { AuditEntry } from './audit';
import { useAudit } from './use_audit';

export function Audit() {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useAudit();
  const entries = data?.pages.flat() ?? [];
  return (
    <section className="state-part" data-testid="audit" aria-labelledby="audit">
      <h3 id="audit">Who changed what</h3>
      {data === undefined && error === null && <p className="part-hint">Loading</p>}
      {error !== null && <p className="part-hint">{sentence(error.message)}</p>}
      {data !== undefined && entries.length === 0 && <p className="part-hint">Nobody has changed anything</p>}
      <ol className="audit">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} nowMs={Date.now()} />
        ))}
      </ol>
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading …' : 'Earlier entries'}
        </button>
      )}
    </section>
  );
}

function Entry({ entry, nowMs }: { entry: AuditEntry; nowMs: number }) {
  const { who, what, refused, atMs, address } = entry;
  return (
    <li data-refused={refused !== undefined}>
      <span className="audit-what">
        <b>{who}</b> {what}
        {refused !== undefined && <span className="audit-refused"> (refused: {refused})</span>}
      </span>
      <span className="audit-when">
        <time dateTime={new Date(atMs).toISOString()}>{timeWord(atMs, nowMs)}</time> from {address}
      </span>
    </li>
  );
}
