// How long results of quick and of slow models are shown.
import { describe, expect, it } from 'vitest';
import { lifetimeUs } from './lifetime';

const S = 1_000_000;

describe('a result', () => {
  it.each([
    ['that came at once, the first one', 0.08, undefined, 2],
    ['of a quick model', 0.08, 0.07, 2],
    ['of a model that takes 3 s a picture', 3, 3, 9],
    ['of such a model, the first one', 3, undefined, 9],
    ['of a quick model that seldom has its turn', 0.1, 4, 6.15],
    ['of a model that takes for ever', 40, 40, 15],
    ['of a clock that went back', -5, -5, 2],
  ])('%s lives', (_, delayS, sinceS, livesS) => {
    const sinceUs = sinceS === undefined ? undefined : sinceS * S;
    expect(lifetimeUs(delayS * S, sinceUs) / S).toBeCloseTo(livesS, 6);
  });
});
