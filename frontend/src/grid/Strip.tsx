// The other cameras beside one that is shown large. In: the cameras out of the context, the one that is
// large, and what the page can do with another one. Out: a row of tiles that scrolls.
import { useCameras } from '../cameras/cameras_context';
import type { Session } from '../live/session';
import { Tile } from './Tile';

interface Props {
  large: string | undefined;
  hrefOf: (camera: string) => string;
  make: (camera: string) => Session;
}

export function Strip({ large, hrefOf, make }: Props) {
  const { all = [] } = useCameras();
  const others = all.filter(({ name }) => name !== large);
  return (
    <ul className="strip" aria-label="Other cameras" data-testid="strip">
      {others.map((camera) => (
        <Tile key={camera.name} camera={camera} href={hrefOf(camera.name)} make={make} />
      ))}
    </ul>
  );
}
