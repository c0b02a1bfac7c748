// The heat map by its pixels: where it is, how smooth, and clear where nobody is.
import { describe, expect, it } from 'vitest';
import { densityOf } from '../results/density';
import { heatColour } from './colours';
import { heatPixels, PER_CELL } from './heat';

/** 60 × 40 cells, empty but for those named. */
function grid(people: Record<number, number> = {}, max = 0.8) {
  const cells = new Float32Array(60 * 40);
  for (const [cell, value] of Object.entries(people)) cells[Number(cell)] = (value / 255) * max;
  return { cols: 60, rows: 40, people: cells };
}

function coverAt({ width, data }: ReturnType<typeof heatPixels>, col: number, row: number): number {
  return (
    data[(Math.floor((row + 0.5) * PER_CELL) * width + Math.floor((col + 0.5) * PER_CELL)) * 4 + 3] ?? -1
  );
}

describe('the heat map', () => {
  it('has several pixels per cell, in the shape of the grid', () => {
    expect(heatPixels(grid())).toMatchObject({ width: 240, height: 160 });
  });

  it('is clear where nobody is', () => {
    const pixels = heatPixels(grid({ [20 * 60 + 30]: 255 }));
    expect(coverAt(pixels, 30, 20)).toBeGreaterThan(100);
    expect([coverAt(pixels, 34, 20), coverAt(pixels, 30, 24), coverAt(pixels, 0, 0)]).toEqual([0, 0, 0]);
  });

  it('is where the cell is: not mirrored, not turned', () => {
    const pixels = heatPixels(grid({ [3 * 60 + 50]: 255 }));
    expect(coverAt(pixels, 50, 3)).toBeGreaterThan(100);
    expect(coverAt(pixels, 3, 36)).toBe(0);
  });

  it('changes without steps from cell to cell', () => {
    const { width, data } = heatPixels(
      grid({ [20 * 60 + 30]: 255, [20 * 60 + 31]: 255, [21 * 60 + 30]: 255 }),
    );
    const row = Array.from({ length: width }, (_, x) => data[(82 * width + x) * 4 + 3] ?? 0);
    const steps = row.slice(1).map((cover, i) => Math.abs(cover - (row[i] ?? 0)));
    expect(Math.max(...row)).toBeGreaterThan(100);
    expect(Math.max(...steps)).toBeLessThan(70);
  });

  it('does not make an empty square glow from noise', () => {
    const noise = {
      cols: 60,
      rows: 40,
      max: 0.02,
      cells: Uint8Array.from({ length: 2400 }, (_, cell) => (cell * 37) % 256),
    };
    expect(Math.max(...heatPixels(densityOf(noise)).data.filter((_, i) => i % 4 === 3))).toBe(0);
  });

  it('shows somebody alone faintly, and those who stand together strongly', () => {
    const around = (cells: number[]) => {
      const bytes = new Uint8Array(60 * 40);
      for (const cell of cells) bytes[cell] = 255;
      return Math.max(
        ...heatPixels(densityOf({ cols: 60, rows: 40, max: 1, cells: bytes })).data.filter(
          (_, i) => i % 4 === 3,
        ),
      );
    };
    const middle = 20 * 60 + 30;
    const alone = around([middle]);
    expect(alone).toBeGreaterThan(20);
    expect(alone).toBeLessThan(110);
    expect(around([-60, -2, -1, 0, 1, 2, 59, 60, 61].map((beside) => middle + beside))).toBe(
      Math.round(0.62 * 255),
    );
  });

  it('bears a grid of one cell, and one without anybody', () => {
    expect(heatPixels({ cols: 1, rows: 1, people: new Float32Array([1]) })).toMatchObject({
      width: 4,
      height: 4,
    });
    expect(heatPixels(grid({}, 0)).data.every((value, i) => i % 4 < 3 || value === 0)).toBe(true);
  });
});

describe('the ramp', () => {
  const lightness = ([r, g, b]: readonly number[]) =>
    0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  const steps = Array.from({ length: 101 }, (_, i) => heatColour(i / 100));

  it('gets lighter and covers more with every step', () => {
    for (const [i, colour] of steps.slice(1).entries()) {
      expect(lightness(colour)).toBeGreaterThan(lightness(steps[i] ?? []));
      expect(colour[3]).toBeGreaterThanOrEqual(steps[i]?.[3] ?? 256);
    }
  });

  it('lets the picture shine through at its densest', () => {
    expect(heatColour(1)[3]).toBeLessThan(0.7 * 255);
    expect([heatColour(7), heatColour(-1)[3]]).toEqual([heatColour(1), 0]);
  });
});
