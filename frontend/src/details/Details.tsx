// What an engineer wants to know. In: a snapshot, the id of the drawer, and a callback for layers. Out: the
// figures, the last two minutes, and a report to copy.
import { Figures } from './Figures';
import type { Snapshot } from '../live/snapshot';
import { helpShown } from '../keys/help';
import { HistoryPanel } from '../quality/HistoryPanel';
import type { Choices } from '../results/layers';
import { CopyButton } from '../ui/CopyButton';
import { reportOf } from './report';

interface Props {
  id: string;
  snapshot: Snapshot;
  onChoose: (change: Partial<Choices>) => void;
}

export function Details({ id, snapshot, onChoose }: Props) {
  const { history, nowMs } = snapshot.quality;
  const report = () =>
    reportOf(snapshot, {
      now: new Date().toISOString(),
      browser: navigator.userAgent,
      window: { width: window.innerWidth, height: window.innerHeight, pixels: window.devicePixelRatio },
    });
  return (
    <section className="details" id={id} aria-label="Details" data-testid="details">
      <Figures snapshot={snapshot} onChoose={onChoose} />
      <HistoryPanel history={history} nowMs={nowMs} />
      <div className="details-foot">
        <CopyButton hook="report" words="Copy a report" text={report} />
        <button type="button" className="button" data-testid="keys-open" onClick={() => helpShown.set(true)}>
          Keys
        </button>
      </div>
    </section>
  );
}
