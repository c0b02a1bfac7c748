// The page of history. In: the page's address. Out: what a camera saw over a time, as charts with one
// crosshair, and as a table to take away.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Charts } from '../history/Charts';
import { rangeOf, SPANS, type SpanName, type Wanted, wantedOf, withWanted } from '../history/range';
import { csvAddress } from '../history/use_rows';
import { Bar } from '../layout/Bar';
import { useCameraNames } from '../layout/camera_names';
import { WithAccount } from '../login/WithAccount';
import type { PageProps } from './page';

const PATH = '/history';

export function HistoryPage({ address }: PageProps) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: 1 } } }));
  return (
    <QueryClientProvider client={client}>
      <WithAccount href={address.href} connection="open">
        <div className="page">
          <Bar at={PATH} />
          <main className="events-page">
            <History />
          </main>
        </div>
      </WithAccount>
    </QueryClientProvider>
  );
}

function History() {
  const [, go] = useLocation();
  const wanted = wantedOf(useSearch());
  const [nowS] = useState(() => Date.now() / 1000);
  const [compared, setCompared] = useState(false);
  const cameras = useCameraNames();
  const range = rangeOf(wanted, nowS);
  const show = (other: Wanted) => go(`${PATH}${withWanted(other)}`);
  return (
    <>
      <div className="filters" role="group" aria-label="Which time">
        {(cameras.length > 1 || wanted.camera !== undefined) && (
          <label>
            <span className="spoken">Camera</span>
            <select
              data-testid="history-camera"
              value={wanted.camera ?? cameras[0]}
              onChange={({ target }) => show({ ...wanted, camera: target.value })}
            >
              {cameras.map((camera) => (
                <option key={camera}>{camera}</option>
              ))}
            </select>
          </label>
        )}
        {(Object.keys(SPANS) as SpanName[]).map((span) => (
          <button
            key={span}
            type="button"
            className="chip"
            aria-pressed={wanted.between === undefined && wanted.span === span}
            onClick={() => show({ ...wanted, span, between: undefined })}
          >
            {SPANS[span].word}
          </button>
        ))}
        <button type="button" className="chip" aria-pressed={compared} onClick={() => setCompared(!compared)}>
          Week before
        </button>
        <a className="chip chip-link" href={csvAddress(wanted.camera, range)} download>
          CSV
        </a>
      </div>
      <Charts
        camera={wanted.camera}
        range={range}
        compared={compared}
        onChoose={(fromS, toS) =>
          show({ ...wanted, between: { fromS: Math.floor(fromS), toS: Math.ceil(toS) } })
        }
      />
    </>
  );
}
