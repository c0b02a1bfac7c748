// The page of history. In: the page's address. Out: what a camera saw over a time, as charts with one
// crosshair, and as a table to take away.
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Charts } from '../history/Charts';
import { useNow } from '../history/now';
import { rangeOf, SPANS, type SpanName, type Wanted, wantedOf, withWanted } from '../history/range';
import { csvAddress } from '../history/use_rows';
import { useCameraNames } from '../layout/camera_names';
import { Sheet } from '../layout/Sheet';
import type { PageProps } from './page';

const PATH = '/history';

export function HistoryPage({ address }: PageProps) {
  return (
    <Sheet at={PATH} title="History" href={address.href}>
      <History />
    </Sheet>
  );
}

function History() {
  const [, go] = useLocation();
  const wanted = wantedOf(useSearch());
  const [compared, setCompared] = useState(false);
  const { names, meant } = useCameraNames(wanted.camera);
  const range = rangeOf(wanted, useNow());
  const show = (other: Wanted) => go(`${PATH}${withWanted(other)}`);
  return (
    <>
      <div className="filters" role="group" aria-label="Which time">
        {names.length > 1 && (
          <label>
            <span className="spoken">Camera</span>
            <select
              data-testid="history-camera"
              value={meant}
              onChange={({ target }) => show({ ...wanted, camera: target.value })}
            >
              {names.map((camera) => (
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
        <a className="chip chip-link" href={csvAddress(meant, range)} download>
          CSV
        </a>
      </div>
      <Charts
        camera={meant}
        range={range}
        compared={compared}
        live={wanted.between === undefined}
        onChoose={(fromS, toS) =>
          show({ ...wanted, between: { fromS: Math.floor(fromS), toS: Math.ceil(toS) } })
        }
      />
    </>
  );
}
