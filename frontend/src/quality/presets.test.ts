import { describe, expect, it } from 'vitest';
import { PRESETS, presetOf, rungOf } from './presets';
import { cost } from './rungs';

describe('qualities with a name', () => {
  it('take fewer bytes one after the other, and data saver an eighth of medium', () => {
    const costs = PRESETS.map(({ rung }) => cost(rung));
    expect(costs).toEqual(costs.toSorted((one, other) => other - one));
    const [, medium = 0, , saver = 0] = costs;
    expect(medium / saver).toBeCloseTo(8, 0);
  });

  it('are found by their rung, and a level keeps the size', () => {
    for (const preset of PRESETS) expect(presetOf(rungOf(preset.name, { level: 30, scale: 8 }))).toBe(preset);
    expect(rungOf('55', { level: 30, scale: 2 })).toEqual({ level: 55, scale: 2 });
    expect(presetOf({ level: 55, scale: 1 })).toBeUndefined();
  });
});
