// States of cameras beside their names. In: a state. Out: a word or two. Pure; no markup.
import type { CameraState } from '../protocol/protocol';

const WORDS: Readonly<Record<CameraState, string>> = {
  streaming: 'Live',
  frozen: 'Picture frozen',
  connecting: 'Connecting',
  reconnecting: 'Lost, reconnecting',
  stopped: 'Stopped',
  unknown: 'State not known',
};

export function stateWord(state: CameraState): string {
  return WORDS[state];
}
