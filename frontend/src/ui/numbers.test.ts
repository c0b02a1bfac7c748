// Numbers in words.
import { describe, expect, it } from 'vitest';
import { durationWord, megabytes } from './numbers';

describe('a time', () => {
  it.each([
    [0, '0 s'],
    [31.5, '32 s'],
    [59.4, '59 s'],
    [59.6, '1:00 min'],
    [65, '1:05 min'],
    [304, '5:04 min'],
    [3_599, '59:59 min'],
    [3_600, '1:00 h'],
    [7_545, '2:05 h'],
  ])('of %d seconds is %s', (seconds, word) => {
    expect(durationWord(seconds)).toBe(word);
  });
});

describe('a number of bytes', () => {
  it.each([
    [0, '0.0 MB'],
    [1_250_000, '1.3 MB'],
    [124_400_000, '124 MB'],
    [1_240_000_000, '1.2 GB'],
  ])('of %d is %s', (bytes, word) => expect(megabytes(bytes)).toBe(word));
});
