// How each camera fares. In: the cameras, and two looks at the metrics. Out: for each its state, who watches
// at which levels and rates, and how its models fare.
import { Link } from 'wouter';
import { stateWord } from '../cameras/words';
import { sentence } from '../live/words';
import { fixed } from '../ui/numbers';
import { type CameraFigures, cameraFigures, type Looks } from './figures';
import { FigureOf } from './Load';
import type { ServerCamera } from './server';
import { modelWord, rungsWord, sentWord } from './words';

interface Props {
  cameras: readonly ServerCamera[];
  looks: Looks | null | undefined;
}

export function CameraStates({ cameras, looks }: Props) {
  return (
    <section className="state-part" data-testid="camera-states" aria-labelledby="cameras">
      <h3 id="cameras">Cameras</h3>
      {cameras.length === 0 && <p className="part-hint">There is no camera yet</p>}
      <ul className="camera-states">
        {cameras.map((camera) => (
          <CameraOne
            key={camera.name}
            camera={camera}
            hasRates={looks !== null}
            figures={looks ? cameraFigures(looks, camera.name) : undefined}
          />
        ))}
      </ul>
    </section>
  );
}

interface OneProps {
  camera: ServerCamera;
  /** Whether there is room for rates, which not everybody may see. */
  hasRates: boolean;
  figures: CameraFigures | undefined;
}

function CameraOne({ camera, hasRates, figures }: OneProps) {
  const { name, state, reason, fps, viewers, models } = camera;
  return (
    <li data-testid={`camera-state-${name}`}>
      <h4 className="camera-states-name">
        <span className="badge" data-state={state}>
          <Link href={`/?camera=${encodeURIComponent(name)}`}>{name}</Link>
        </span>
        <span className="camera-states-state">{stateWord(state)}</span>
      </h4>
      {reason !== undefined && <p className="camera-states-why">{sentence(reason)}</p>}
      <dl className="figures-row">
        <FigureOf name="Captured" value={`${fixed(fps, 1)} FPS`} />
        <FigureOf name="Viewers" value={String(viewers)} />
        {hasRates && (
          <>
            <FigureOf name="Sent" value={figures ? sentWord(figures) : '–'} isWide />
            <FigureOf name="Levels" value={figures ? rungsWord(figures) : '–'} />
          </>
        )}
        <FigureOf name="Crowd" value={modelWord(models?.crowd, figures?.crowdRate)} />
        <FigureOf name="Detector" value={modelWord(models?.detect, figures?.detectRate)} />
      </dl>
    </li>
  );
}
