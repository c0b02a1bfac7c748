// Full screen on and off. In: the element to enlarge, and whether it fills the screen. Out: a button that
// says what it will do. Where the browser offers no full screen (iPhones, some frames) the button says so
// instead of failing silently.
import type { RefObject } from 'react';
import { toggleFullScreen } from './full_screen';
import { IconButton } from './IconButton';

interface Props {
  target: RefObject<Element | null>;
  full: boolean;
}

/** Icon with arrows that point outwards: the target will grow. */
const GROW = 'M2 7V2h5M13 2h5v5M2 13v5h5M18 13v5h-5';
/** Icon with arrows that point inwards: the target will shrink. */
const SHRINK = 'M7 2v5H2M13 2v5h5M7 18v-5H2M13 18v-5h5';

export function FullScreenButton({ target, full }: Props) {
  const offered = typeof document === 'undefined' || document.fullscreenEnabled;
  const label = full ? 'Leave full screen' : 'Full screen';
  return (
    <IconButton
      hook="fullscreen"
      label={label}
      icon={full ? SHRINK : GROW}
      aria-pressed={full}
      title={offered ? label : 'This browser offers no full screen here'}
      disabled={!offered}
      onClick={() => toggleFullScreen(target.current)}
    />
  );
}
