// A video from this device as a source. In: what to do with it once the server has it. Out: a button that
// chooses a file, how far it is on its way with a button that cancels, and why it was refused.
import { useId } from 'react';
import { shareOf } from './progress';
import type { Upload } from './tried';
import { useUpload } from './use_upload';
import { LOOKED_AT, progressWord } from './words';

export function UploadStep({ onUploaded }: { onUploaded: (video: Upload) => void }) {
  const { uploading, begin, cancel } = useUpload(onUploaded);
  const why = useId();
  const refused = uploading.at === 'idle' ? uploading.refused : undefined;
  return (
    <div className="source-file">
      <h4 className="field-name">A video from this device</h4>
      {uploading.at === 'idle' ? (
        <label className="button file-button">
          Choose a video
          <input
            type="file"
            className="spoken"
            data-testid="video-file"
            accept="video/*,.mkv,.avi,.ts,.mjpeg,.mjpg"
            aria-describedby={refused === undefined ? undefined : why}
            onChange={({ target }) => {
              const file = target.files?.[0];
              if (file !== undefined) begin(file);
              // The same one may be chosen once more.
              target.value = '';
            }}
          />
        </label>
      ) : (
        <div className="sending" data-testid="sending">
          <p className="sending-name">{uploading.name}</p>
          <progress
            className="sending-bar"
            aria-label={`${uploading.name} on its way`}
            value={shareOf(uploading.progress)}
          />
          <p className="hint sending-how">
            {shareOf(uploading.progress) === 1 ? LOOKED_AT : progressWord(uploading.progress)}
          </p>
          <button type="button" className="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      )}
      <p className="wrong" role="alert" id={why}>
        {refused}
      </p>
    </div>
  );
}
