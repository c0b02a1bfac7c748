// What an entry says of a camera, in the menu and in the notice. In: the camera. Out: a dot of its state, its
// name, and the state in a word.
import type { ListedCamera } from '../protocol/status';
import { stateWord } from './words';

export function CameraEntry({ camera: { name, state } }: { camera: ListedCamera }) {
  return (
    <>
      <span className="badge entry-name" data-state={state}>
        {name}
      </span>{' '}
      <span className="entry-state">{stateWord(state)}</span>
    </>
  );
}
