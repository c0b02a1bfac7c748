import { describe, expect, it } from 'vitest';
import { fitFor } from './fit';

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
    expect(fitFor(count, room)).toMatchObject({ columns });
  });

  it('leaves tiles wide enough where they have to scroll', () => {
    expect(fitFor(60, PHONE)).toEqual({ columns: 2, width: undefined });
    expect(fitFor(5, { width: 100, height: 100 }).columns).toBe(1);
    expect(fitFor(0, { width: 0, height: 0 }).columns).toBe(1);
  });

  it('never takes more height than there is, where they are wide enough', () => {
    const { columns, width = 0 } = fitFor(3, LAPTOP);
    expect([columns, Math.ceil(3 / columns) * (width / 1.6) <= LAPTOP.height]).toEqual([2, true]);
    expect(fitFor(1, PHONE).width).toBe(375);
  });
});
