import { describe, expect, it } from 'vitest';
import { themeAfter, themeOf } from './theme';

describe('the theme', () => {
  it('is that of the system unless another one was chosen', () => {
    expect(['light', 'dark', 'pink', undefined].map(themeOf)).toEqual(['light', 'dark', 'system', 'system']);
  });

  it('goes round by a button', () => {
    expect([themeAfter('system'), themeAfter('light'), themeAfter('dark')]).toEqual([
      'light',
      'dark',
      'system',
    ]);
  });
});
