// Choices as they are kept and read again, and when results are needed at all.
import { describe, expect, it } from 'vitest';
import { EVERYTHING, needsResults, readChoices } from './layers';

const nothing = {
  boxes: false,
  labels: false,
  trails: false,
  heat: false,
  lines: false,
  blocks: false,
  panel: false,
};

describe('choices', () => {
  it('come back as they were kept', () => {
    expect(readChoices(JSON.stringify(nothing))).toEqual(nothing);
    expect(readChoices('{"heat":false}')).toEqual({ ...EVERYTHING, heat: false });
    expect(readChoices('{"trails":false}')).toEqual({ ...EVERYTHING, trails: false });
    expect(readChoices('{"blocks":true}')).toEqual({ ...EVERYTHING, blocks: true });
  });

  it.each([undefined, '', '{', 'null', '[]', '7', '{"boxes":"no"}', '{"boxes":null,"more":false}'])(
    'are those of a first visit if %j was kept',
    (kept) => {
      expect(readChoices(kept)).toEqual(EVERYTHING);
    },
  );
});

describe('results', () => {
  it.each(['boxes', 'labels', 'trails', 'heat', 'lines', 'panel'] as const)(
    'are needed for the %s alone',
    (name) => {
      expect(needsResults({ ...nothing, [name]: true })).toBe(true);
    },
  );

  it('are not needed for nothing, nor for blocks, which come with the picture', () => {
    expect(needsResults(nothing)).toBe(false);
    expect(needsResults({ ...nothing, blocks: true })).toBe(false);
  });
});
