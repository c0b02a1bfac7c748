// What rungs are predicted to take where frames hold only what changed.
import { expect, it } from 'vitest';
import { Forecast } from './forecast';
import { Reference } from './reference';
import { rungsOf } from './scenario';

const RUNG = { level: 60, scale: 1 };

/** What full size at level 60 needs at 10 FPS, by the mean and now, and for a frame on the way up. */
function needed(forecast: Forecast): [number, number, number] {
  const up = forecast.neededUp(RUNG, rungsOf(), new Reference()) / 34;
  return [forecast.needed(RUNG, 10), forecast.neededNow(RUNG, 10), up];
}

it('a busy second is remembered on the way up for ten', () => {
  const forecast = new Forecast();
  expect(needed(forecast)).toEqual([0, 0, 0]);
  forecast.learn(RUNG, { mean: 1_450, latest: 6_450 }, 0);
  expect(needed(forecast)).toEqual([14_500, 64_500, 6_450]);
  forecast.learn(RUNG, { mean: 1_450, latest: 1_450 }, 10_000);
  expect(needed(forecast)).toEqual([14_500, 14_500, 6_450]);
  forecast.learn(RUNG, { mean: 1_450, latest: 1_450 }, 10_250);
  expect(needed(forecast)).toEqual([14_500, 14_500, 1_450]);
});

it('headers are the same at any rung, and complete pictures have none', () => {
  const forecast = new Forecast();
  forecast.learn(RUNG, { mean: 10_450, latest: 10_450 }, 0);
  expect(forecast.needed({ level: 60, scale: 2 }, 1)).toBeCloseTo(3_620);
  forecast.learn(RUNG, { mean: 10_000, latest: undefined }, 100);
  expect(forecast.needed({ level: 60, scale: 2 }, 1)).toBeCloseTo(3_170);
});
