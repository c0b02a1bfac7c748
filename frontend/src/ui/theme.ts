// Light or dark. In: what the system has, unless the person has chosen. Out: the choice, kept by the browser,
// and set where style sheets look for it: on the document's root.
import { useSyncExternalStore } from 'react';
import { createStore } from '../live/store';
import { browserKeeper } from '../storage/keeper';

export const THEMES = ['system', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

const keeper = browserKeeper('steadycast.theme');
const store = createStore<Theme>('system');

/** Takes over what was chosen at an earlier visit; called before anything is shown. */
export function beginTheme(): void {
  take(themeOf(keeper.load()));
}

export function chooseTheme(theme: Theme): void {
  keeper.save(theme);
  take(theme);
}

export function useTheme(): Theme {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** What colours depend on: the choice, and what the system has. */
export function useColours(): string {
  const isLight = useSyncExternalStore(followSystem, () => window.matchMedia(LIGHT).matches);
  return `${useTheme()} ${isLight}`;
}

const LIGHT = '(prefers-color-scheme: light)';

function followSystem(changed: () => void): () => void {
  const system = window.matchMedia(LIGHT);
  system.addEventListener('change', changed);
  return () => system.removeEventListener('change', changed);
}

/** The theme that a text names; that of the system where it names none. */
export function themeOf(text: string | undefined): Theme {
  return THEMES.find((theme) => theme === text) ?? 'system';
}

/** The theme that a press of the button leads to. */
export function themeAfter(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}

function take(theme: Theme): void {
  store.set(theme);
  document.documentElement.dataset['theme'] = theme;
}
