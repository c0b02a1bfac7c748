// The names of the cameras that there are. In: the one that is wanted. Out: a hook with the names, and the
// one that is meant where none is wanted.
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/requests';
import { readCameras } from '../protocol/status';
import { Refused } from './refused';

/** Camera that the server takes where none is named and there is one of this name. */
const DEFAULT_CAMERA = 'main';

export interface CameraNames {
  /** Names to choose from; the wanted one among them, also where it is gone. */
  names: readonly string[];
  /** Camera that is meant; undefined while nothing is known. */
  meant: string | undefined;
}

export function useCameraNames(wanted: string | undefined): CameraNames {
  const { data = [] } = useQuery({
    queryKey: ['cameras'],
    queryFn: async () => {
      const answer = await ask('/api/status');
      const cameras = answer.kind === 'ok' ? readCameras(answer.body) : undefined;
      if (cameras === undefined) throw new Refused(answer);
      return cameras.map(({ name }) => name);
    },
  });
  return namesOf(data, wanted);
}

export function namesOf(there: readonly string[], wanted: string | undefined): CameraNames {
  const names = wanted === undefined || there.includes(wanted) ? there : [...there, wanted];
  const usual = there.includes(DEFAULT_CAMERA) ? DEFAULT_CAMERA : there[0];
  return { names, meant: wanted ?? usual };
}
