// The list of cameras as markup.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Router } from 'wouter';
import type { Camera } from './camera';
import { CameraRows } from './CameraRows';

const YARD: Camera = {
  name: 'yard',
  state: 'reconnecting',
  reason: 'nothing listens there',
  source: 'rtsp://192.168.1.20/stream1',
  hasPassword: true,
  off: false,
  size: undefined,
  lines: [{ id: 'gate' }],
  zones: [],
};

const rows = (cameras: readonly Camera[], waiting: ReadonlyMap<string, number> = new Map()) =>
  renderToStaticMarkup(
    <Router ssrPath="/cameras">
      <QueryClientProvider client={new QueryClient()}>
        <CameraRows cameras={cameras} waiting={waiting} onRemove={() => undefined} onUndo={() => undefined} />
      </QueryClientProvider>
    </Router>,
  );

describe('a camera in the list', () => {
  it('has its state with the reason, its source, and what is drawn in it', () => {
    const markup = rows([YARD]);
    for (const words of [
      'Lost, reconnecting: nothing listens there',
      'rtsp://192.168.1.20/stream1, with a password',
      '1 line',
    ])
      expect(markup).toContain(words);
  });

  it('has buttons whose names begin with what is seen, and end with which camera that is', () => {
    const names = [...rows([YARD]).matchAll(/aria-label="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(['What to count: yard', 'Change source: yard', 'Switch off: yard', 'Remove: yard']);
    expect(rows([{ ...YARD, off: true }])).toContain('Switch on: yard');
  });

  it('can be kept for a while once it is removed', () => {
    const markup = rows([YARD], new Map([['yard', 7]]));
    expect(markup).toContain('Undo (7 s): keep yard');
    expect(markup).not.toContain('Switch off');
  });
});
