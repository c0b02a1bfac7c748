import { describe, expect, it } from 'vitest';
import { columnsFor } from './fit';

const LAPTOP = { width: 1280, height: 660 };
const PHONE = { width: 375, height: 600 };

describe('the number of columns', () => {
  it.each([
    [1, LAPTOP, 1],
    [2, LAPTOP, 2],
    [4, LAPTOP, 2],
    [6, LAPTOP, 3],
    [9, LAPTOP, 3],
    [16, LAPTOP, 4],
    [2, PHONE, 1],
    [4, PHONE, 1],
  ])('for %d tiles in %j is %d', (count, room, columns) => {
    expect(columnsFor(count, room)).toBe(columns);
  });

  it('leaves tiles wide enough where they have to scroll', () => {
    expect(columnsFor(60, PHONE)).toBe(2);
    expect(columnsFor(5, { width: 100, height: 100 })).toBe(1);
    expect(columnsFor(0, { width: 0, height: 0 })).toBe(1);
  });
});
