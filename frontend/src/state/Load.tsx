// How hard the server works, and what it keeps. In: its state, and two looks at its metrics. Out: a figure
// each, and links to what programs read.
import { fixed } from '../ui/numbers';
import { type Looks, serverFigures } from './figures';
import type { ServerState } from './server';
import { certificateWord, FEW_FIGURES, historyWord, longWord, shareWord } from './words';

interface Props {
  server: ServerState;
  /** Null for who may not see figures of the whole server; undefined while they are not known. */
  looks: Looks | null | undefined;
}

export function Load({ server, looks }: Props) {
  const figures = looks ? serverFigures(looks) : undefined;
  const viewers = server.cameras.reduce((sum, camera) => sum + camera.viewers, 0);
  return (
    <section className="state-part" data-testid="load" aria-labelledby="load">
      <h3 id="load">Server</h3>
      <dl className="figures-row">
        {looks !== null && (
          <FigureOf name="Encoders" value={shareWord(figures?.encodeLoad)} share={figures?.encodeLoad ?? 0} />
        )}
        <FigureOf name="Viewers" value={String(viewers)} />
        {looks !== null && (
          <>
            <FigureOf name="History" value={figures ? historyWord(figures) : '–'} />
            <FigureOf name="Certificate" value={certificateWord(figures?.certificateS)} />
            <FigureOf name="Faults" value={fixed(figures?.faults, 0)} />
          </>
        )}
        <FigureOf name="Up for" value={longWord(server.uptimeS)} />
        <FigureOf name="Version" value={server.version} />
      </dl>
      <p className="state-links">
        {looks === null && <span>{FEW_FIGURES}</span>}
        <a href="/docs">How programs ask</a>
        {looks !== null && <a href="/metrics">Metrics</a>}
      </p>
    </section>
  );
}

interface FigureProps {
  name: string;
  value: string;
  /** Share of the whole, drawn as a bar. */
  share?: number;
  /** Whether it needs room for more than a number. */
  isWide?: boolean;
}

/** A figure with its name. */
export function FigureOf({ name, value, share, isWide = false }: FigureProps) {
  return (
    <div className="state-figure" data-wide={isWide}>
      <dt>{name}</dt>
      <dd>
        {value}
        {share !== undefined && (
          <span className="share" aria-hidden="true" data-high={share > HIGH_SHARE}>
            <span style={{ width: `${Math.min(1, share) * 100}%` }} />
          </span>
        )}
      </dd>
    </div>
  );
}

/** Share of the encoders' time above which they are about to be too slow. */
const HIGH_SHARE = 0.85;
