// The measured figures. In: a snapshot. Out: frame rate, delay, skipped frames, picture size and bytes, each
// with its small print.
import type { ReactNode } from 'react';
import { rungWord } from '../quality/words';
import { fixed } from '../ui/numbers';
import type { Snapshot } from './snapshot';

export function Figures({ snapshot }: { snapshot: Snapshot }) {
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
      <Figure name="Data" small={wholeWord(snapshot)}>
        <span data-testid="mbit">{fixed(snapshot.mbit, 1)}</span> <Unit>Mbit/s</Unit>
      </Figure>
    </dl>
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

function Figure({ name, small, children }: { name: string; small: string; children: ReactNode }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className="value">{children}</dd>
      <dd className="small">{small}</dd>
    </div>
  );
}

function Unit({ children }: { children: string }) {
  return <span className="unit">{children}</span>;
}
