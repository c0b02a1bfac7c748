import { expect, it } from 'vitest';
import { readAddress } from '../live/address';
import { homeOf, readCount } from './home';

it.each([
  ['/', 'by_number'],
  ['/?camera=yard', 'live'],
  ['/?level=60', 'live'],
  ['/?scale=2', 'live'],
  ['/?level=7000', 'live'],
  ['/?layout=grid', 'grid'],
  ['/?wall=1&camera=yard', 'wall'],
])('%s leads to %s', (path, home) => {
  expect(homeOf(readAddress(`http://cam.local${path}`))).toBe(home);
});

it('a number of cameras that makes no sense is none', () => {
  expect([undefined, '', '3', '-1', '3.5', '99999'].map(readCount)).toEqual([
    undefined,
    undefined,
    3,
    undefined,
    undefined,
    undefined,
  ]);
});
