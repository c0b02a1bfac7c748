// Shows and hides the analytics panel. In: the view out of the snapshot and a callback. Out: a button over
// the picture, next to full screen; nothing where there is no panel to show.
import { StageButton } from '../ui/IconButton';
import type { AnalyticsView } from '../live/analytics';
import type { Choices } from '../results/layers';

interface Props {
  view: AnalyticsView;
  onChoose: (change: Partial<Choices>) => void;
}

export function PanelButton({ view, onChoose }: Props) {
  if (view.offer.kind === 'off') return null;
  const shown = view.choices.panel;
  return (
    <StageButton
      hook="analytics-toggle"
      kind="panel-button"
      label={shown ? 'Hide analytics' : 'Show analytics'}
      icon="M3 18v-6M10 18V3M17 18V8"
      aria-expanded={shown}
      aria-controls="analytics"
      onClick={() => onChoose({ panel: !shown })}
    />
  );
}
