// All cameras at once. In: the cameras, and what the page can do with one. Out: a tile for each, as large as
// the room allows.
import { useRef } from 'react';
import type { Session } from '../live/session';
import type { ListedCamera } from '../protocol/status';
import { fitFor } from './fit';
import { useRoom } from './room';
import { Tile } from './Tile';

/** Gap between two tiles, pixels, as the style sheet has it. */
const GAP = 8;

interface Props {
  cameras: readonly ListedCamera[];
  /** Address of the page that shows a camera alone. */
  hrefOf: (camera: string) => string;
  make: (camera: string) => Session;
  /** Is told when the server lets this page watch no longer. */
  onBarred: () => void;
}

export function Grid({ cameras, hrefOf, make, onBarred }: Props) {
  const box = useRef<HTMLUListElement>(null);
  const { columns, width } = fitFor(cameras.length, useRoom(box));
  const column = `minmax(0, ${width === undefined ? '1fr' : `${width - GAP}px`})`;
  return (
    <ul
      ref={box}
      className="tiles"
      data-testid="tiles"
      style={{ gridTemplateColumns: `repeat(${columns}, ${column})` }}
    >
      {cameras.map((camera) => (
        <Tile key={camera.name} camera={camera} href={hrefOf(camera.name)} make={make} onBarred={onBarred} />
      ))}
    </ul>
  );
}
