// What is said of an answer to who logs in or out.
import { describe, expect, it } from 'vitest';
import { whyNot } from './login';

describe('an answer', () => {
  it('is told in words where it is not good', () => {
    expect(whyNot({ kind: 'ok', body: undefined })).toBeUndefined();
    expect(whyNot({ kind: 'silent' })).toBe('The server does not answer');
    const refused = { kind: 'refused', status: 429, code: 'too_many', message: 'too many tries' } as const;
    expect(whyNot(refused)).toBe('Too many tries');
  });
});
