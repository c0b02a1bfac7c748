import { describe, expect, it } from 'vitest';
import { actionOf, type Press } from './keys';

const press = (key: string, change: Partial<Press> = {}): Press => ({
  key,
  defaultPrevented: false,
  repeat: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...change,
});

describe('a key', () => {
  const full = () => undefined;
  const actions = { f: full, Escape: full, n: undefined };

  it('does what it is to do', () => {
    expect(['f', 'Escape'].map((key) => actionOf(press(key), actions, true))).toEqual([full, full]);
    expect(['F', 'n', 'x', 'toString'].map((key) => actionOf(press(key), actions, true))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each(['ctrlKey', 'altKey', 'metaKey', 'defaultPrevented'] as const)(
    'is the browser’s with %s',
    (with_) => {
      expect(actionOf(press('f', { [with_]: true }), actions, true)).toBeUndefined();
    },
  );

  it('that is held down does what it does once, unless that is small', () => {
    expect(actionOf(press('f', { repeat: true }), actions, true)).toBeUndefined();
    expect(actionOf(press('+', { repeat: true }), { '+': full }, true)).toBe(full);
  });

  it('that writes a letter does nothing where single keys are not wanted', () => {
    expect(actionOf(press('f'), actions, false)).toBeUndefined();
    expect(actionOf(press('Escape'), actions, false)).toBe(full);
  });
});
