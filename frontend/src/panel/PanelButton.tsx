// Shows and hides the analytics panel. In: the panel's id, the view out of the snapshot and a callback. Out:
// a button over the picture, next to full screen; nothing where there is no panel to show.
import type { Choices } from '../results/layers';
import type { AnalyticsView } from '../results/view';
import { IconButton } from '../ui/IconButton';

interface Props {
  /** Id of the panel's element. */
  panelId: string;
  view: AnalyticsView;
  onChoose: (change: Partial<Choices>) => void;
}

export function PanelButton({ panelId, view, onChoose }: Props) {
  if (view.offer.kind === 'off') return null;
  const shown = view.choices.panel;
  return (
    <IconButton
      hook="analytics-toggle"
      className="panel-button"
      label={shown ? 'Hide analytics' : 'Show analytics'}
      icon="M3 18v-6M10 18V3M17 18V8"
      aria-expanded={shown}
      aria-controls={panelId}
      onClick={() => onChoose({ panel: !shown })}
    />
  );
}
