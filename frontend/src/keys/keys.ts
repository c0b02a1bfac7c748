// Keys that do something on a page without a button. In: presses of keys, and what each is to do. Out: a hook
// that does it, and whether single keys are wanted at all: who speaks to the machine presses them by accident
// (WCAG 2.1.4).
import { useEffect, useSyncExternalStore } from 'react';
import { createStore } from '../live/store';
import { browserKeeper } from '../storage/keeper';

/** What each key does, by the name that the browser gives it. */
export type Actions = Readonly<Record<string, (() => void) | undefined>>;

/** A press, as far as it matters. */
export interface Press {
  key: string;
  defaultPrevented: boolean;
  /** Whether the key has been down for a while. */
  repeat: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Elements in which keys write or choose something. */
const TAKES_KEYS = 'input, select, textarea, [contenteditable], [role="menu"], dialog[open], details[open]';

const kept = browserKeeper('steadycast.keys');
const wanted = createStore(kept.load() !== 'off');

export function useKeysWanted(): [boolean, (want: boolean) => void] {
  const choose = (want: boolean) => {
    kept.save(want ? 'on' : 'off');
    wanted.set(want);
  };
  return [useSyncExternalStore(wanted.subscribe, wanted.get, wanted.get), choose];
}

/** Does what keys say, where they are not meant for a field, a menu or a dialog. */
export function useKeys(actions: Actions): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const takes = event.target instanceof Element && event.target.closest(TAKES_KEYS) !== null;
      if (takes || document.querySelector('dialog[open]') !== null) return;
      const action = actionOf(event, actions, wanted.get());
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}

/** Keys that go on while they are down: what they do is small, and done again at once. */
const GOES_ON: ReadonlySet<string> = new Set([
  '+',
  '=',
  '-',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
]);

/** What a press is to do; undefined where nothing. */
export function actionOf(press: Press, actions: Actions, single: boolean): (() => void) | undefined {
  if (press.defaultPrevented || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  if (!single && press.key.length === 1) return undefined;
  if (press.repeat && !GOES_ON.has(press.key)) return undefined;
  return Object.hasOwn(actions, press.key) ? actions[press.key] : undefined;
}
