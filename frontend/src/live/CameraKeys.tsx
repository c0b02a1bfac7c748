// The keys of the page of one camera that are not about its picture. In: the cameras, and the session, from
// their contexts. Out: other cameras, and the help about keys.
import { useEffect, useSyncExternalStore } from 'react';
import { useCameras } from '../cameras/cameras_context';
import { helpShown } from '../keys/help';
import { useKeys } from '../keys/keys';
import { KeysHelp } from '../keys/KeysHelp';
import { useSnapshot } from './session_context';

export function CameraKeys() {
  const { all = [], watch, watchAll } = useCameras();
  const { camera } = useSnapshot();
  const help = useSyncExternalStore(helpShown.subscribe, helpShown.get, helpShown.get);
  // Another page begins without the help.
  useEffect(() => () => helpShown.set(false), []);
  const names = all.map(({ name }) => name);
  const at = names.indexOf(camera ?? '');
  const by = (step: number) => {
    // One that is not among them is before all of them.
    const next = names.at(at < 0 ? Math.min(0, step) : (at + step) % names.length);
    return names.length > 1 && next !== undefined ? () => watch(next) : undefined;
  };
  useKeys({
    n: by(1),
    p: by(-1),
    // Full screen has ended by the same key already, unless a page ends it itself.
    Escape: names.length > 1 && document.fullscreenElement === null ? watchAll : undefined,
    '?': () => helpShown.set(true),
  });
  return <KeysHelp shown={help} onClose={() => helpShown.set(false)} />;
}
