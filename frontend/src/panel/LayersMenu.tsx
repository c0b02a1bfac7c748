// The layer switches in full screen, where the panel is out of sight. In: the view out of the snapshot and a
// callback. Out: a button over the picture, and the switches on a card above it while they are wanted;
// nothing where there are no analytics.
import { useId, useState } from 'react';
import type { Choices } from '../results/layers';
import type { AnalyticsView } from '../results/view';
import { IconButton } from '../ui/IconButton';
import { LayerSwitches } from './LayerSwitches';

interface Props {
  view: AnalyticsView;
  onChoose: (change: Partial<Choices>) => void;
}

export function LayersMenu({ view, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const cardId = useId();
  if (view.offer.kind === 'off') return null;
  return (
    <>
      {open && (
        <div className="layers-card" id={cardId} data-testid="layers-card">
          <LayerSwitches hook="stage-layer" view={view} onChoose={onChoose} />
        </div>
      )}
      <IconButton
        hook="layers-toggle"
        className="panel-button"
        label={open ? 'Hide layers' : 'Layers over the picture'}
        icon="M10 3l7 4-7 4-7-4zM3 11l7 4 7-4"
        aria-expanded={open}
        aria-controls={cardId}
        onClick={() => setOpen(!open)}
      />
    </>
  );
}
