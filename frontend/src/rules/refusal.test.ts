// At which field of the form a refusal belongs. The messages are those of the server.
import { describe, expect, it } from 'vitest';
import { refusalOf } from './refusal';

describe('a refusal', () => {
  it.each([
    [
      'all cameras: rules[2].from: a time of the day is written as 22:00',
      'from',
      'A time of the day is written as 22:00',
    ],
    [
      'camera yard: rules[2].above: invalid type: text, expected a number',
      'above',
      'Invalid type: text, expected a number',
    ],
    ['all cameras: rules[2].days[0]: unknown word `monday`', 'days', 'Unknown word `monday`'],
    ['all cameras: rule a: risk is missing, which risk needs', 'risk', 'Choose a risk'],
    ['all cameras: rule a: above must be 0 to 100000', 'above', 'It must be 0 to 100000'],
    ['all cameras: rule a: most_an_hour must be 1 to 60', 'most_an_hour', 'It must be 1 to 60'],
    ['all cameras: rule a: an id must have 1 to 64 letters', 'id', 'An id must have 1 to 64 letters'],
    ['all cameras: two rules have the id a', 'id', 'Another rule has this name already'],
    ['camera yard: rule a: there is no line "nope"', 'line', 'There is no line "nope"'],
    [
      'camera yard: rule a: storage_trouble happens to no camera: it is for the rules of all',
      'when',
      'Storage_trouble happens to no camera: it is for the rules of all',
    ],
  ])('"%s" stands at %s', (message, field, words) => {
    expect(refusalOf(message, 'a', 2)).toEqual({ field, words });
  });

  it.each([
    ['all cameras: rules[1].from: a time of the day is written as 22:00', 'it is another rule'],
    ['all cameras: rule b: risk is missing, which risk needs', 'it is another rule'],
    ['all cameras: rules are 51, must be 50 at most', 'it is the list'],
    ['nothing was changed: cameras file c.toml cannot be written: no room', 'it is the file'],
  ])('"%s" stands at no field, since %s', (message) => {
    const { field, words } = refusalOf(message, 'a', 2);
    expect(field).toBeUndefined();
    expect(words.toLowerCase()).toBe(message.toLowerCase());
  });
});
