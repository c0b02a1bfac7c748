// The layer switches in full screen, where the panel is out of sight. In: the view out of the snapshot and a
// callback. Out: a button over the picture, and the switches on a card above it while they are wanted;
// nothing where there are no analytics.
import { useState } from 'react';
import { StageButton } from '../ui/IconButton';
import type { AnalyticsView } from '../live/analytics';
import type { Choices } from '../results/layers';
import { LayerSwitches } from './LayerSwitches';

interface Props {
  view: AnalyticsView;
  onChoose: (change: Partial<Choices>) => void;
}

export function LayersMenu({ view, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  if (view.offer.kind === 'off') return null;
  return (
    <>
      {open && (
        <div className="layers-card" id="stage-layers" data-testid="layers-card">
          <LayerSwitches hook="stage-layer" view={view} onChoose={onChoose} />
        </div>
      )}
      <StageButton
        hook="layers-toggle"
        kind="panel-button"
        label={open ? 'Hide layers' : 'Layers over the picture'}
        icon="M10 3l7 4-7 4-7-4zM3 11l7 4 7-4"
        aria-expanded={open}
        aria-controls="stage-layers"
        onClick={() => setOpen(!open)}
      />
    </>
  );
}
