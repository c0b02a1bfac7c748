// The keys of the page of one camera that are not about its picture. In: the cameras, and the session, from
// their contexts. Out: other cameras, and the help about keys.
import { useState } from 'react';
import { useCameras } from '../cameras/cameras_context';
import { useKeys } from '../keys/keys';
import { KeysHelp } from '../keys/KeysHelp';
import { useSnapshot } from './session_context';

export function CameraKeys() {
  const { all = [], watch, watchAll } = useCameras();
  const { camera } = useSnapshot();
  const [help, setHelp] = useState(false);
  const names = all.map(({ name }) => name);
  const at = names.indexOf(camera ?? '');
  const by = (step: number) => {
    const next = names.at((at + step) % names.length);
    return names.length > 1 && next !== undefined ? () => watch(next) : undefined;
  };
  useKeys({
    n: by(1),
    p: by(-1),
    // Full screen has ended by the same key already, unless a page ends it itself.
    Escape: names.length > 1 && document.fullscreenElement === null ? watchAll : undefined,
    '?': () => setHelp(true),
  });
  return <KeysHelp shown={help} onClose={() => setHelp(false)} />;
}
