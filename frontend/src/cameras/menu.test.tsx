// The menu of cameras while it is closed, and the entries that it and the notice show. How it opens, and what
// keys and clicks do, is tried in a browser.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { CameraState } from '../protocol/protocol';
import { CameraEntry } from './CameraEntry';
import { CameraMenu } from './CameraMenu';

const camera = (name: string, state: CameraState = 'streaming') => ({ name, state, reason: undefined });

const menu = (watched: string | undefined) =>
  renderToStaticMarkup(
    <CameraMenu
      cameras={[camera('gate'), camera('yard')]}
      watched={watched}
      onOpen={() => undefined}
      onChoose={() => undefined}
    />,
  );

describe('the menu of cameras', () => {
  it('is a button with the name, that says what it is and that nothing is open', () => {
    const markup = menu('gate');
    expect(markup).toContain('aria-haspopup="menu" aria-expanded="false"');
    expect(markup).toContain('aria-label="Camera gate, choose another"');
    expect(markup).toContain('data-testid="camera">gate<');
    expect(markup).not.toContain('role="menu"');
  });

  it('has a name also where no camera is watched', () => {
    expect(menu(undefined)).toContain('aria-label="Choose a camera"');
    expect(menu(undefined)).toContain('data-testid="camera">Cameras<');
  });
});

describe('an entry', () => {
  it.each([
    ['streaming', 'Live'],
    ['frozen', 'Picture frozen'],
    ['connecting', 'Connecting'],
    ['reconnecting', 'Lost, reconnecting'],
    ['stopped', 'Stopped'],
    ['unknown', 'State not known'],
  ] as const)('shows %s as a dot and in a word', (state, word) => {
    const markup = renderToStaticMarkup(<CameraEntry camera={camera('gate', state)} />);
    expect(markup).toContain(`data-state="${state}">gate<`);
    expect(markup).toContain(`>${word}<`);
  });
});
