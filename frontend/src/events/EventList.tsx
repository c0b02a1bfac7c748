// Events one below the other. In: the events, newest first, and which were there at the last visit. Out: a
// row for each, as a link to exactly that one.
import { Link } from 'wouter';
import type { PastEvent } from './event';
import { pictureOf } from './picture';
import { eventWord, timeWord } from './words';

interface Props {
  events: readonly PastEvent[];
  /** Number of the newest event of the last visit. */
  seen: number;
  nowMs: number;
  hrefOf: (event: PastEvent) => string;
}

export function EventList({ events, seen, nowMs, hrefOf }: Props) {
  return (
    <ol className="events" data-testid="events">
      {events.map((event) => (
        <li key={event.id} className="event" data-kind={event.kind} data-unseen={event.id > seen}>
          <Link className="event-link" href={hrefOf(event)}>
            <Thumbnail picture={pictureOf(event, events)} />
            <span className="event-words">
              <span className="event-what">{eventWord(event)}</span>
              <span className="event-where">
                {event.camera},{' '}
                <time dateTime={new Date(event.atMs).toISOString()}>{timeWord(event.atMs, nowMs)}</time>
                {event.id > seen && <span className="event-new">New</span>}
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ol>
  );
}

function Thumbnail({ picture }: { picture: string | undefined }) {
  return (
    <span className="event-picture">
      {picture !== undefined && <img src={picture} alt="" loading="lazy" width={128} height={72} />}
    </span>
  );
}
