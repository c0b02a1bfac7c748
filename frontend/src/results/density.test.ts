// Densities of places: nobody is lost or found by blurring, and what was there a moment ago counts less and
// less.
import { describe, expect, it } from 'vitest';
import { type Density, DensityKeeper, densityOf } from './density';

const SECOND_US = 1_000_000;

function grid(cell: number, max = 2) {
  const cells = new Uint8Array(30 * 20);
  cells[cell] = 255;
  return { cols: 30, rows: 20, max, cells };
}

const MIDDLE = 10 * 30 + 15;
const total = ({ people }: Density) => people.reduce((sum, each) => sum + each, 0);

describe('a density', () => {
  it('has as many people as its grid, in the same place', () => {
    const density = densityOf(grid(MIDDLE));
    expect(total(density)).toBeCloseTo(2, 3);
    expect(density.people.indexOf(Math.max(...density.people))).toBe(MIDDLE);
  });

  it('spreads a person over the cells around, alike on both axes', () => {
    const { people } = densityOf(grid(MIDDLE));
    expect(people[MIDDLE]).toBeLessThan(0.2);
    expect(people[MIDDLE + 2]).toBeCloseTo(people[MIDDLE + 60] ?? 0, 6);
    expect(people[MIDDLE + 2]).toBeGreaterThan(0.02);
    expect(people[MIDDLE + 5]).toBe(0);
  });
});

describe('densities over time', () => {
  it('keep a share of where people were, and less of it with time', () => {
    const left = (afterUs: number) => {
      const keeper = new DensityKeeper();
      keeper.add(0, grid(5 * 30 + 5));
      const density = keeper.add(afterUs, grid(MIDDLE));
      expect(total(density)).toBeCloseTo(2, 3);
      return (density.people[5 * 30 + 5] ?? 0) / (densityOf(grid(5 * 30 + 5)).people[5 * 30 + 5] ?? 1);
    };
    expect(left(0.3 * SECOND_US)).toBeCloseTo(0.65, 2);
    expect(left(2 * SECOND_US)).toBeLessThan(0.06);
  });

  it.each([
    ['long ago', 0, 6 * SECOND_US, 2],
    ['later, as after a change of clocks', 6 * SECOND_US, 0, 2],
  ])('keep nothing of %s', (_, firstUs, thenUs, max) => {
    const keeper = new DensityKeeper();
    keeper.add(firstUs, grid(0, max));
    expect(keeper.add(thenUs, grid(MIDDLE))).toEqual(densityOf(grid(MIDDLE)));
  });

  it('keep nothing of a grid of another size, and nothing once they are cleared', () => {
    const keeper = new DensityKeeper();
    keeper.add(0, { cols: 1, rows: 1, max: 1, cells: new Uint8Array([255]) });
    expect(keeper.add(1, grid(MIDDLE))).toEqual(densityOf(grid(MIDDLE)));
    keeper.clear();
    expect(keeper.add(2, grid(0))).toEqual(densityOf(grid(0)));
  });
});
