// All cameras at once. In: the cameras, and what the page can do with one. Out: a tile for each, as large as
// the room allows.
import { useRef } from 'react';
import type { Session } from '../live/session';
import type { ListedCamera } from '../protocol/status';
import { columnsFor } from './fit';
import { useRoom } from './room';
import { Tile } from './Tile';

interface Props {
  cameras: readonly ListedCamera[];
  /** Address of the page that shows a camera alone. */
  hrefOf: (camera: string) => string;
  make: (camera: string) => Session;
}

export function Grid({ cameras, hrefOf, make }: Props) {
  const box = useRef<HTMLUListElement>(null);
  const columns = columnsFor(cameras.length, useRoom(box));
  return (
    <ul
      ref={box}
      className="tiles"
      data-testid="tiles"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {cameras.map((camera) => (
        <Tile key={camera.name} camera={camera} href={hrefOf(camera.name)} make={make} />
      ))}
    </ul>
  );
}
