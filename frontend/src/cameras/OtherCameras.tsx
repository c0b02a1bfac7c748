// The cameras that can be watched instead of one that there is not. In: the cameras from the context. Out: a
// button for each, or a word where there are none; nothing while they are unknown.
import { CameraEntry } from './CameraEntry';
import { useCameras } from './cameras_context';

export function OtherCameras() {
  const { all, watch } = useCameras();
  if (all === undefined) return null;
  if (all.length === 0) return <p className="notice-text">This server has no cameras now.</p>;
  return (
    <>
      <p className="notice-text">
        {all.length === 1 ? 'There is one camera:' : 'The cameras that there are:'}
      </p>
      <ul className="choices" data-testid="other-cameras">
        {all.map((camera) => (
          <li key={camera.name}>
            <button
              type="button"
              className="button entry-button"
              data-camera={camera.name}
              title={camera.reason}
              onClick={() => watch(camera.name)}
            >
              <CameraEntry camera={camera} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
