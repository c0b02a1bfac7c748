// Events one below the other. In: the events, newest first, and which were there at the last visit. Out: a
// row for each, as a link to exactly that one.
import type { PastEvent } from './event';
import { eventWord, timeWord } from './words';

interface Props {
  events: readonly PastEvent[];
  /** Number of the newest event of the last visit. */
  seen: number;
  nowMs: number;
  hrefOf: (event: PastEvent) => string;
  onOpen: (event: PastEvent) => void;
}

export function EventList({ events, seen, nowMs, hrefOf, onOpen }: Props) {
  return (
    <ol className="events" data-testid="events">
      {events.map((event) => (
        <li key={event.id} className="event" data-kind={event.kind} data-unseen={event.id > seen}>
          <a
            className="event-link"
            href={hrefOf(event)}
            onClick={(click) => {
              if (click.ctrlKey || click.metaKey || click.shiftKey) return;
              click.preventDefault();
              onOpen(event);
            }}
          >
            <Thumbnail event={event} />
            <span className="event-words">
              <span className="event-what">{eventWord(event)}</span>
              <span className="event-where">
                {event.camera},{' '}
                <time dateTime={new Date(event.atMs).toISOString()}>{timeWord(event.atMs, nowMs)}</time>
                {event.id > seen && <span className="event-new">New</span>}
              </span>
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function Thumbnail({ event: { snapshot } }: { event: PastEvent }) {
  return (
    <span className="event-picture">
      {snapshot !== undefined && <img src={snapshot} alt="" loading="lazy" width={128} height={72} />}
    </span>
  );
}
