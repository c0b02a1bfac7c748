// What a form shows, and what is said of an answer to it.
import { describe, expect, it } from 'vitest';
import { credentialOf, whyNot } from './login';

const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};

describe('a form', () => {
  it.each([
    [{ token: ' s3cret ' }, { token: 's3cret' }],
    [
      { name: ' anna ', password: ' with blanks ' },
      { name: 'anna', password: ' with blanks ' },
    ],
    [{ token: ' ' }, undefined],
    [{ name: 'anna', password: '' }, undefined],
    [{ name: '', password: 'x' }, undefined],
    [{}, undefined],
  ])('with %j shows %j', (fields, credential) => {
    expect(credentialOf(form(fields))).toEqual(credential);
  });
});

describe('an answer', () => {
  it('is told in words where it is not good', () => {
    expect(whyNot({ kind: 'ok', body: undefined })).toBeUndefined();
    expect(whyNot({ kind: 'silent' })).toBe('The server does not answer');
    const refused = { kind: 'refused', status: 429, code: 'too_many', message: 'too many tries' } as const;
    expect(whyNot(refused)).toBe('Too many tries');
  });
});
