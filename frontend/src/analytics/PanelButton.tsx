// Shows and hides the analytics panel. In: the view out of the snapshot and a callback. Out: a button over the picture, next to
// full screen; nothing where there is no panel to show.
import type { AnalyticsView } from './analytics';
import type { Choices } from './layers';

interface Props {
  view: AnalyticsView;
  onChoose: (change: Partial<Choices>) => void;
}

export function PanelButton({ view, onChoose }: Props) {
  if (view.offer.kind === 'off') return null;
  const shown = view.choices.panel;
  const label = shown ? 'Hide analytics' : 'Show analytics';
  return (
    <button
      type="button"
      className="stage-button panel-button"
      data-testid="analytics-toggle"
      aria-label={label}
      aria-expanded={shown}
      aria-controls="analytics"
      title={label}
      onClick={() => onChoose({ panel: !shown })}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M3 18v-6M10 18V3M17 18V8" />
      </svg>
    </button>
  );
}
