// What became of the quality lately. In: the last two minutes. Out: the last steps as text, each with its age and reason.
import type { Past } from './history';
import { agoWord, stepWord } from './words';

/** As many as there is room for. */
const LISTED = 4;

export function HistoryPanel({ history, nowMs }: { history: Past; nowMs: number }) {
  return (
    <ol className="steps" data-testid="steps">
      {history.steps.slice(-LISTED).toReversed().map((step) => (
        <li key={step.atMs} className="small">
          {`${agoWord(Math.round((nowMs - step.atMs) / 1000))}: ${stepWord(step)}`}
        </li>
      ))}
    </ol>
  );
}
