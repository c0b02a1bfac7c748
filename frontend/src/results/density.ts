// The density of people, place by place. In: the grids of the crowd model, as they come. Out: people per
// cell, blurred and averaged over the last second. The model looks a few times a second, so a sharp grid
// would show outlines that trail behind whoever walks on; a smooth one says how full a place is. Pure but for
// its own memory; colours are given in heat.ts.
import type { Grid } from '../protocol/analytics';

export interface Density {
  cols: number;
  rows: number;
  /** People in each cell, row by row from the top. */
  people: Float32Array<ArrayBuffer>;
}

/** Time after which older grids count 1/e of their weight, µs: two grids of the shipped model. */
const MEMORY_US = 700_000;
/** Time between two grids from which on they are not mixed, µs: the later one is of other people. */
const GAP_US = 5_000_000;
/** Binomial weights of five neighbouring cells, near enough to a Gaussian of one cell. */
const WEIGHTS = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
/** Number of times that a grid is blurred on each axis: twice make a Gaussian of 1.4 cells. */
const PASSES = 2;

export class DensityKeeper {
  private last: { capturedUs: number; density: Density } | undefined;

  add(capturedUs: number, grid: Grid): Density {
    const density = densityOf(grid);
    const { last } = this;
    const sinceUs = capturedUs - (last?.capturedUs ?? -Infinity);
    const alike = last?.density.cols === grid.cols && last.density.rows === grid.rows;
    const mixed =
      alike && sinceUs >= 0 && sinceUs < GAP_US
        ? mix(last.density, density, Math.exp(-sinceUs / MEMORY_US))
        : density;
    this.last = { capturedUs, density: mixed };
    return mixed;
  }

  clear(): void {
    this.last = undefined;
  }
}

export function densityOf({ cols, rows, max, cells }: Grid): Density {
  let people = Float32Array.from(cells, (cell) => (cell / 255) * max);
  for (let pass = 0; pass < PASSES; pass++) people = blurAndTurn(blurAndTurn(people, cols, rows), rows, cols);
  return { cols, rows, people };
}

function mix(before: Density, now: Density, share: number): Density {
  return {
    ...now,
    people: now.people.map((people, cell) => people + share * ((before.people[cell] ?? people) - people)),
  };
}

/**
 * Cells with each row blurred and turned into a column. Doing it twice treats both axes and turns the grid
 * back.
 */
function blurAndTurn(cells: Float32Array, cols: number, rows: number): Float32Array<ArrayBuffer> {
  const turned = new Float32Array(cells.length);
  const reach = (WEIGHTS.length - 1) / 2;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      let sum = 0;
      for (const [tap, weight] of WEIGHTS.entries()) {
        const from = Math.min(cols - 1, Math.max(0, col + tap - reach));
        sum += weight * (cells[row * cols + from] ?? 0);
      }
      turned[col * rows + row] = sum;
    }
  }
  return turned;
}
