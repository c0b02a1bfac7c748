// What became of the quality lately. In: the last two minutes. Out: the graph of them, and the last steps as
// text, each with its age and reason.
import type { Past } from './history';
import { HistoryGraph } from './HistoryGraph';
import { agoWord, stepWord } from './words';

/** Most steps that are listed: there is room for no more. */
const LISTED = 5;

export function HistoryPanel({ history, nowMs }: { history: Past; nowMs: number }) {
  const listed = history.steps.slice(-LISTED).toReversed();
  return (
    <div className="history">
      <HistoryGraph history={history} />
      <ol className="steps" data-testid="steps" aria-label="Last steps of the quality">
        {listed.map((step, n) => (
          <li key={`${step.atMs} ${n}`} className="small">
            <span className="ago">{agoWord(Math.max(0, Math.round((nowMs - step.atMs) / 1000)))}</span>{' '}
            {stepWord(step)}
          </li>
        ))}
        {listed.length === 0 && <li className="small">No steps yet</li>}
      </ol>
    </div>
  );
}
