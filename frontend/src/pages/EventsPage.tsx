// The page of events. In: the page's address. Out: what happened, newest first, with filters; one event large
// where the address names it. Newer ones are announced, and shown when somebody wants them.
import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { EventList } from '../events/EventList';
import { EventView } from '../events/EventView';
import { Filters } from '../events/Filters';
import { type Filter, filterOf, withFilter } from '../events/filter';
import { keptSeen, useSeen } from '../events/seen';
import { useEvent, useEvents, useNewer } from '../events/use_events';
import { Bar } from '../layout/Bar';
import { useCameraNames } from '../layout/camera_names';
import { WithAccount } from '../login/WithAccount';
import type { PageProps } from './page';

const PATH = '/events';

export function EventsPage({ address }: PageProps) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: 1 } } }));
  return (
    <QueryClientProvider client={client}>
      <WithAccount href={address.href} connection="open">
        <div className="page">
          <Bar at={PATH} />
          <main className="events-page">
            <Events />
          </main>
        </div>
      </WithAccount>
    </QueryClientProvider>
  );
}

function Events() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const filter = filterOf(useSearch());
  const [seen] = useState(keptSeen);
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useEvents(filter);
  const events = data?.pages.flat() ?? [];
  const newer = useNewer(filter, data === undefined ? undefined : (events[0]?.id ?? 0));
  const large = useEvent(filter.event, events);
  const at = events.findIndex(({ id }) => id === filter.event);
  const nowMs = Date.now();
  useSeen(events[0]?.id);
  const show = (wanted: Filter) =>
    go(`${PATH}${withFilter(wanted)}`, { replace: wanted.event !== undefined && filter.event !== undefined });
  return (
    <>
      <Filters filter={filter} cameras={useCameraNames()} onChoose={show} />
      {newer > 0 && (
        <button
          type="button"
          className="button newer"
          data-testid="newer"
          onClick={() => void client.resetQueries({ queryKey: ['events'] })}
        >
          {newer} new
        </button>
      )}
      {error !== null && <p className="events-notice">{error.message}</p>}
      {data !== undefined && events.length === 0 && <p className="events-notice">{emptyWord(filter)}</p>}
      <EventList
        events={events}
        seen={seen}
        nowMs={nowMs}
        hrefOf={({ id }) => `${PATH}${withFilter({ ...filter, event: id })}`}
        onOpen={({ id }) => show({ ...filter, event: id })}
      />
      {hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Earlier events
        </button>
      )}
      {large !== undefined && (
        <EventView
          event={large}
          nowMs={nowMs}
          newer={events[at - 1]}
          older={at < 0 ? undefined : events[at + 1]}
          onOpen={({ id }) => show({ ...filter, event: id })}
          onClose={() => show({ ...filter, event: undefined })}
        />
      )}
    </>
  );
}

function emptyWord({ camera, kind }: Filter): string {
  if (camera !== undefined || kind !== undefined) return 'Nothing of that has happened yet';
  return 'Nothing has happened yet. Lines and zones of a camera make events: see its settings.';
}
