// The names of the cameras that there are. In: nothing. Out: a hook; no names until the server has said them.
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/requests';
import { readCameras } from '../protocol/status';

export function useCameraNames(): readonly string[] {
  const { data } = useQuery({
    queryKey: ['cameras'],
    queryFn: async () => {
      const answer = await ask('/api/status');
      return (answer.kind === 'ok' ? readCameras(answer.body) : undefined) ?? [];
    },
  });
  return (data ?? []).map(({ name }) => name);
}
