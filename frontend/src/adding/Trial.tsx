// A test of a source. In: the source. Out: what it gives, with its first picture, or the exact reason why it
// gives none, and a button that tries once more.
import { useQuery } from '@tanstack/react-query';
import { Refused } from '../layout/refused';
import { refusedWord } from '../manage/words';
import { trySource } from './requests';
import { ADD_ALL_THE_SAME, triedWord, TRYING } from './words';

export function Trial({ source }: { source: string }) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['tried source', source],
    queryFn: () => trySource(source),
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    // An address may have a password: nothing keeps it for longer than it stands here.
    gcTime: 0,
  });
  const failed = !isFetching && error !== null;
  return (
    <div className="trial" data-testid="trial" data-outcome={isFetching ? 'none' : failed ? 'bad' : 'good'}>
      <div className="trial-picture" data-waiting={isFetching}>
        {data?.picture !== undefined && !isFetching && !failed && (
          <img src={data.picture} alt="First picture of the source" />
        )}
        {isFetching && <span aria-hidden="true">…</span>}
        {failed && <span>No picture</span>}
      </div>
      <div className="trial-words">
        <p role="status" className={failed ? 'wrong' : undefined}>
          {isFetching ? TRYING : failed ? refusedWord(error) : data && triedWord(data)}
        </p>
        {failed && !isNoSource(error) && <p className="hint">{ADD_ALL_THE_SAME}</p>}
        {!isFetching && (
          <button type="button" className="button" onClick={() => void refetch()}>
            Test again
          </button>
        )}
      </div>
    </div>
  );
}

/** Whether what was tried can never be a camera's source here, whatever is switched on. */
function isNoSource(error: Error): boolean {
  return error instanceof Refused && error.code === 'bad_camera';
}
