// What is kept of editors that are left, and when the browser asks.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { act, beginEditor } from './editor';
import { sketchOf } from './sketch';
import { forget, isUnsaved, keep, kept } from './unsaved';

const saved = beginEditor(sketchOf({ lines: [{ id: 'gate', from: [0, 0.5], to: [1, 0.5] }], zones: [] }));
const changed = act(saved, { do: 'remove', key: 0 });
let asking: Set<unknown>;

beforeEach(() => {
  asking = new Set();
  vi.stubGlobal('window', {
    addEventListener: (_: string, listener: unknown) => asking.add(listener),
    removeEventListener: (_: string, listener: unknown) => asking.delete(listener),
  });
});
afterEach(() => {
  for (const camera of ['yard', 'door']) forget(camera);
  vi.unstubAllGlobals();
});

describe('changes that are not saved', () => {
  it('are there again for who comes back, and the browser asks who leaves', () => {
    keep('yard', changed);
    expect([kept('yard'), isUnsaved('yard'), isUnsaved('door')]).toEqual([changed, true, false]);
    expect(asking.size).toBe(1);
  });

  it('are forgotten once they are saved, or their camera is gone', () => {
    keep('yard', changed);
    keep('door', changed);
    keep('yard', saved);
    expect([isUnsaved('yard'), asking.size]).toEqual([false, 1]);
    forget('door');
    expect([isUnsaved('door'), asking.size]).toEqual([false, 0]);
  });
});
