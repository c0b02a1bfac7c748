// The measured figures. In: a snapshot, and a callback for layers. Out: frame rate, delay, skipped frames,
// picture size and bytes, each with its small print; beside the bytes a switch that shows what they are.
import type { ReactNode } from 'react';
import { rungWord } from '../quality/words';
import type { Choices } from '../results/layers';
import { fixed } from '../ui/numbers';
import type { Snapshot } from '../live/snapshot';

interface Props {
  snapshot: Snapshot;
  onChoose: (change: Partial<Choices>) => void;
}

export function Figures({ snapshot, onChoose }: Props) {
  const { connection, status, hello, picture } = snapshot;
  const size = picture ?? hello;
  // Without a connection these are the last figures, not the present ones.
  return (
    <dl className="figures" data-stale={connection.kind !== 'open'}>
      <Figure name="Frame rate" small={rateWord(snapshot)}>
        <span data-testid="fps">{fixed(snapshot.fps, 1)}</span> <Unit>FPS</Unit>
      </Figure>
      <Figure name="Delay" small={roundTripWord(snapshot)}>
        <span data-testid="delay">{fixed(snapshot.delayMs, 0)}</span> <Unit>ms</Unit>
      </Figure>
      <Figure name="Skipped" small={lossWord(snapshot)}>
        <span data-testid="skipped">{status?.skipped ?? '–'}</span>{' '}
        <Unit>{status?.skipped === 1 ? 'frame' : 'frames'}</Unit>
      </Figure>
      <Figure name="Picture" small={picture ? `painted at ${rungWord(picture.rung)}` : ''}>
        <span data-testid="size">{size ? `${size.width} × ${size.height}` : '–'}</span>
      </Figure>
      <Figure
        name="Data"
        small={wholeWord(snapshot)}
        beside={hello?.delta === true && <BlocksSwitch snapshot={snapshot} onChoose={onChoose} />}
      >
        {fixed(snapshot.mbit, 1)} <Unit>Mbit/s</Unit>
      </Figure>
    </dl>
  );
}

/** Switch of the layer that belongs to the bytes, and not to what analytics find. */
function BlocksSwitch({ snapshot, onChoose }: Props) {
  return (
    <label className="layer" title="Blocks that were sent: amber what changed, blue what became sharper">
      <input
        type="checkbox"
        data-testid="layer-blocks"
        checked={snapshot.analytics.choices.blocks}
        onChange={({ target }) => onChoose({ blocks: target.checked })}
      />
      Blocks sent
    </label>
  );
}

function wholeWord({ wholeMbit }: Snapshot): string {
  return wholeMbit === undefined ? '' : `${fixed(wholeMbit, 1)} as whole frames`;
}

function rateWord({ paintedFps, status }: Snapshot): string {
  return paintedFps === undefined ? '' : `${fixed(paintedFps, 1)} painted of ${fixed(status?.fps, 1)}`;
}

function roundTripWord({ roundTripMs }: Snapshot): string {
  return roundTripMs === undefined ? '' : `round trip ${fixed(roundTripMs, 0)} ms`;
}

function lossWord({ dropped, unreadable }: Snapshot): string {
  const here = `by the server; ${dropped} here`;
  return unreadable > 0 ? `${here}, ${unreadable} unreadable` : here;
}

interface FigureProps {
  name: string;
  small: string;
  /** What stands in the line of the name. */
  beside?: ReactNode;
  children: ReactNode;
}

function Figure({ name, small, beside = false, children }: FigureProps) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className="value">{children}</dd>
      <dd className="small">{small}</dd>
      {beside !== false && <dd className="beside">{beside}</dd>}
    </div>
  );
}

function Unit({ children }: { children: string }) {
  return <span className="unit">{children}</span>;
}
