// The crowd's density as a small picture. In: a density, cell by cell. Out: pixels, smoothly interpolated
// between cells, to be stretched over the frame. Pure. Densities are interpolated, not colours, so no colour
// appears that means something else.
import type { Density } from '../results/density';
import { heatColour } from './colours';

/**
 * Pixels made of a cell on each axis; the browser's own smoothing does the rest of the way to the page's
 * pixels.
 */
export const PER_CELL = 4;

/**
 * People in a frame that is everywhere as dense as the top of the ramp, where no cell is denser. Without such
 * a bound an empty square would glow from the model's noise alone. In a grid of 60 × 40, blurred as
 * density.ts does, somebody alone reaches a fifth to a quarter of it; the whole is reached where people stand
 * close together.
 */
const FULL_FRAME_PEOPLE = 500;

export interface HeatPixels {
  width: number;
  height: number;
  /** Red, green, blue and cover per pixel, row by row. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

export function heatPixels({ cols, rows, people }: Density): HeatPixels {
  const sideways = widenAndTurn(people, cols, rows);
  const densities = widenAndTurn(sideways, rows, cols * PER_CELL);
  const full = densities.reduce(
    (most, density) => Math.max(most, density),
    FULL_FRAME_PEOPLE / (cols * rows),
  );
  const data = new Uint8ClampedArray(densities.length * 4);
  for (const [pixel, density] of densities.entries()) {
    const colour = 4 * Math.round((density / full) * 255);
    for (let channel = 0; channel < 4; channel++) data[pixel * 4 + channel] = PALETTE[colour + channel] ?? 0;
  }
  return { width: cols * PER_CELL, height: rows * PER_CELL, data };
}

/** Colours of 256 densities, steps too small to see: tens of thousands of pixels a second are coloured. */
const PALETTE = Uint8ClampedArray.from(
  Array.from({ length: 256 }, (_, step) => heatColour(step / 255)).flat(),
);

/**
 * Cells with each row made PER_CELL times as long and turned into a column. Doing it twice treats both axes
 * and turns the picture back.
 */
function widenAndTurn(cells: Float32Array, cols: number, rows: number): Float32Array {
  const wide = new Float32Array(cells.length * PER_CELL);
  const cellAt = (row: number, col: number) => cells[row * cols + Math.min(cols - 1, Math.max(0, col))] ?? 0;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      for (const [phase, { first, weights }] of PHASES.entries()) {
        const [a, b, c, d] = weights;
        const from = col + first;
        const sum =
          a * cellAt(row, from) +
          b * cellAt(row, from + 1) +
          c * cellAt(row, from + 2) +
          d * cellAt(row, from + 3);
        wide[(col * PER_CELL + phase) * rows + row] = sum;
      }
    }
  }
  return wide;
}

/**
 * Weights of four cells for each pixel of a cell, by a cubic B-spline: smooth in its second derivative and
 * never below zero.
 */
const PHASES = Array.from({ length: PER_CELL }, (_, phase) => {
  const at = (phase + 0.5) / PER_CELL - 0.5;
  const t = at - Math.floor(at);
  const weights = [
    (1 - t) ** 3 / 6,
    (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
    (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
    t ** 3 / 6,
  ] as const;
  return { first: Math.floor(at) - 1, weights };
});
