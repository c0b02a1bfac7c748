// The page of events. In: the page's address. Out: what happened, newest first, with filters; one event large
// where the address names it. Newer ones are announced, and shown when somebody wants them.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { PastEvent } from '../events/event';
import { EventList } from '../events/EventList';
import { EventView } from '../events/EventView';
import { Filters } from '../events/Filters';
import { type Filter, filterOf, withFilter } from '../events/filter';
import { pictureOf } from '../events/picture';
import { keptSeen, useSeen } from '../events/seen';
import { MOST_NEWER, useEvent, useEvents, useNewer } from '../events/use_events';
import { useCameraNames } from '../layout/camera_names';
import { useHeldError } from '../layout/held_error';
import { isBarredBy } from '../layout/refused';
import { Sheet } from '../layout/Sheet';
import { Trouble } from '../layout/Trouble';
import type { PageProps } from './page';

const PATH = '/events';

export function EventsPage({ address }: PageProps) {
  return (
    <Sheet at={PATH} title="Events" href={address.href}>
      <Events />
    </Sheet>
  );
}

function Events() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const filter = filterOf(useSearch());
  const [seen] = useState(keptSeen);
  const cameras = useCameraNames(filter.camera);
  const { data, error: failed, hasNextPage, fetchNextPage } = useEvents(filter);
  const error = useHeldError(failed, data);
  const events = data?.pages.flat() ?? [];
  // The list goes by time; a slow model's result has a higher number than what stands above it.
  const newest = data && events.reduce((most, { id }) => Math.max(most, id), 0);
  const newer = useNewer(filter, newest);
  useSeen(filter.camera === undefined && filter.kind === undefined ? newest : undefined);
  if (isBarredBy(error) && error !== null) return <Trouble error={error} />;
  const show = (wanted: Filter) => go(`${PATH}${withFilter({ ...wanted, event: undefined })}`);
  return (
    <>
      <Filters filter={filter} cameras={cameras.names} onChoose={show} />
      <p className="newer" role="status">
        {newer > 0 && (
          <button
            type="button"
            className="button"
            data-testid="newer"
            onClick={() => void client.resetQueries({ queryKey: ['events'] })}
          >
            {newer < MOST_NEWER ? newer : `${MOST_NEWER} or more`} new
          </button>
        )}
      </p>
      {error !== null && <Trouble error={error} />}
      {data === undefined && error === null && <p className="sheet-notice">Loading</p>}
      {data !== undefined && events.length === 0 && (
        <p className="sheet-notice" role="status">
          {emptyWord(filter)}
        </p>
      )}
      <EventList
        events={events}
        seen={seen}
        nowMs={Date.now()}
        hrefOf={({ id }) => `${PATH}${withFilter({ ...filter, event: id })}`}
      />
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          Earlier events
        </button>
      )}
      <Large filter={filter} events={events} more={hasNextPage ? () => void fetchNextPage() : undefined} />
    </>
  );
}

interface LargeProps {
  filter: Filter;
  events: readonly PastEvent[];
  /** Asks for earlier events; undefined where there are none. */
  more: (() => void) | undefined;
}

/** The event that the address names, over the list. */
function Large({ filter, events, more }: LargeProps) {
  const [, go] = useLocation();
  const event = useEvent(filter.event, events);
  const at = events.findIndex(({ id }) => id === filter.event);
  const isLast = at >= 0 && at === events.length - 1;
  const began = useRef(filter.event);
  useEffect(() => {
    if (isLast) more?.();
  }, [isLast, more]);
  if (event === null)
    return (
      <p className="sheet-notice" role="alert">
        The event that was asked for is not kept any more
      </p>
    );
  if (event === undefined) return null;
  const open = (id: number | undefined) =>
    go(`${PATH}${withFilter({ ...filter, event: id })}`, { replace: true });
  const close = () => {
    // Back to the list from where it was opened; where the page began with it, there is no such entry.
    if (began.current === undefined) window.history.back();
    else open(undefined);
  };
  return (
    <EventView
      event={event}
      picture={pictureOf(event, events)}
      nowMs={Date.now()}
      newer={events[at - 1]}
      older={at < 0 ? undefined : events[at + 1]}
      onOpen={({ id }) => open(id)}
      onClose={close}
    />
  );
}

function emptyWord({ camera, kind }: Filter): string {
  if (camera !== undefined || kind !== undefined) return 'Nothing of that has happened yet';
  return 'Nothing has happened yet. Lines and zones of a camera make events: see its settings.';
}
