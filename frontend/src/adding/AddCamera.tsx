// A new camera, from its source to its name. In: names that are taken. Out: the steps, and the camera once
// it is added; what to count in its pictures is the next thing, and is drawn elsewhere.
import type { Camera } from '../manage/camera';
import { NameStep } from './NameStep';
import { proposedName } from './source';
import { SourceWizard } from './SourceWizard';

interface Props {
  taken: readonly string[];
  onAdded: (camera: Camera) => void;
  onClose: () => void;
}

const STEPS = ['Source', 'Test and name', 'What to count'];

export function AddCamera({ taken, onAdded, onClose }: Props) {
  return (
    <SourceWizard title="Add a camera" steps={STEPS} onClose={onClose}>
      {({ source, video }, take) => (
        <NameStep
          source={source}
          proposed={proposedName(source, video?.original, taken)}
          taken={taken}
          onAdded={(camera) => {
            take();
            onAdded(camera);
          }}
        />
      )}
    </SourceWizard>
  );
}
