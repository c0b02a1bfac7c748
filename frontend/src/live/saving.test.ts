import { expect, it } from 'vitest';
import { EVERYTHING } from '../results/layers';
import { fileName, pictureAddress } from './saving';

it('a picture is saved with the layers that are shown, and without where there are none', () => {
  const address = (change: object) => pictureAddress('yard', { ...EVERYTHING, ...change });
  expect(address({})).toBe('/api/snapshot/yard?overlay=boxes,labels,heat,lines');
  expect(address({ heat: false, lines: false })).toBe('/api/snapshot/yard?overlay=boxes,labels');
  const none = { boxes: false, labels: false, heat: false, lines: false };
  expect(address(none)).toBe('/api/snapshot/yard?overlay=0');
  expect(pictureAddress('a b', undefined)).toBe('/api/snapshot/a%20b?overlay=0');
});

it('its file has the name of the camera and the time', () => {
  expect(fileName('yard', new Date(2026, 2, 2, 10, 4, 5))).toBe('yard-2026-03-02-10-04-05.jpg');
});
