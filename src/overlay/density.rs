//! How dense people are, place by place: a grid of people per cell in, a smooth one out, blurred and averaged
//! over the last second, and read at any finer resolution.
//!
//! A model looks a few times a second, so a sharp grid would show outlines that trail behind whoever walks
//! on; a smooth one says how full a place is. The page's rules (`frontend/src/results/density.ts`).

use crate::nouns::result::Grid;

/// Time after which older grids count 1/e of their weight, microseconds.
const MEMORY_US: f32 = 700_000.0;

/// Time between two grids from which on they are not mixed, microseconds: the later one is of other people.
const GAP_US: u64 = 5_000_000;

/// Binomial weights of five neighbouring cells, near enough to a Gaussian of one cell.
const WEIGHTS: [f32; 5] = [1.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0, 4.0 / 16.0, 1.0 / 16.0];

/// Number of times that a grid is blurred on each axis: twice make a Gaussian of 1.4 cells.
const PASSES: usize = 2;

/// People per cell, smooth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Density {
    cols: usize,
    rows: usize,
    /// People in each cell, row by row.
    people: Vec<f32>,
}

/// Where a finer sample lies in a row of cells: its first of four cells, which may be before the row, and
/// their weights, by a cubic B-spline. That is smooth in its second derivative and never below zero.
#[derive(Clone, Copy)]
struct Tap {
    first: isize,
    weights: [f32; 4],
}

impl Density {
    /// The density of a grid.
    pub fn of(grid: &Grid) -> Self {
        let (cols, rows) = (grid.cols, grid.rows());
        let mut people = grid.people[..cols * rows].to_vec();
        for _ in 0..PASSES {
            people = blurred_and_turned(&blurred_and_turned(&people, cols), rows);
        }
        Density { cols, rows, people }
    }

    /// The density with what is left of an earlier one, `since_us` microseconds after that.
    pub fn mixed(mut self, before: &Density, since_us: u64) -> Self {
        if (self.cols, self.rows) == (before.cols, before.rows) && since_us < GAP_US {
            let share = (-(since_us as f32) / MEMORY_US).exp();
            let pairs = self.people.iter_mut().zip(&before.people);
            pairs.for_each(|(people, before)| *people += share * (before - *people));
        }
        self
    }

    /// People in a cell as dense as the densest place, or `least` where none is.
    pub(super) fn densest(&self, least: f32) -> f32 {
        if self.people.is_empty() {
            return least;
        }
        let wide = self.widened(self.cols);
        (0..self.rows).flat_map(|row| self.row(&wide, tap(row, self.rows, self.rows))).fold(least, f32::max)
    }

    /// Cells in all.
    pub(super) fn cells(&self) -> usize {
        self.people.len()
    }

    /// Has `with` look at each of `height` rows of `width` samples.
    pub(super) fn each_row(&self, (width, height): (usize, usize), mut with: impl FnMut(usize, &[f32])) {
        if self.people.is_empty() {
            return;
        }
        let wide = self.widened(width);
        for row in 0..height {
            with(row, &self.row(&wide, tap(row, self.rows, height)));
        }
    }

    /// Each row of cells as `width` samples.
    fn widened(&self, width: usize) -> Vec<Vec<f32>> {
        let taps: Vec<Tap> = (0..width).map(|sample| tap(sample, self.cols, width)).collect();
        let widen = |cells: &[f32]| taps.iter().map(|tap| tap.read(cells)).collect();
        self.people.chunks_exact(self.cols.max(1)).map(widen).collect()
    }

    /// A finer row, of the widened ones around it.
    fn row(&self, wide: &[Vec<f32>], Tap { first, weights }: Tap) -> Vec<f32> {
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| &wide[clamped(first + n, wide.len())][..]);
        let rows = a.iter().zip(b).zip(c.iter().zip(d));
        let [wa, wb, wc, wd] = weights;
        rows.map(|((a, b), (c, d))| wa * a + wb * b + wc * c + wd * d).collect()
    }
}

impl Tap {
    fn read(self, cells: &[f32]) -> f32 {
        let cell = |n: usize| cells[clamped(self.first + n as isize, cells.len())];
        self.weights.iter().enumerate().map(|(n, weight)| weight * cell(n)).sum()
    }
}

/// Where sample number `sample` of `samples` lies on an axis of `cells` cells.
fn tap(sample: usize, cells: usize, samples: usize) -> Tap {
    let at = (sample as f32 + 0.5) * cells as f32 / samples.max(1) as f32 - 0.5;
    let t = at - at.floor();
    let weights = [
        (1.0 - t).powi(3) / 6.0,
        (3.0 * t.powi(3) - 6.0 * t.powi(2) + 4.0) / 6.0,
        (-3.0 * t.powi(3) + 3.0 * t.powi(2) + 3.0 * t + 1.0) / 6.0,
        t.powi(3) / 6.0,
    ];
    Tap { first: at.floor() as isize - 1, weights }
}

/// The cell of that number; beyond the edge the last one goes on.
fn clamped(cell: isize, cells: usize) -> usize {
    usize::try_from(cell).unwrap_or(0).min(cells.saturating_sub(1))
}

/// Cells with each row blurred and turned into a column. Doing it twice treats both axes and turns the grid
/// back.
fn blurred_and_turned(cells: &[f32], cols: usize) -> Vec<f32> {
    let rows = cells.len() / cols.max(1);
    let mut turned = vec![0.0; cells.len()];
    for (row, cells) in cells.chunks_exact(cols.max(1)).enumerate() {
        for col in 0..cols {
            let near = |tap: usize| cells[clamped((col + tap) as isize - 2, cols)];
            turned[col * rows + row] = WEIGHTS.iter().enumerate().map(|(n, weight)| weight * near(n)).sum();
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(cols: usize, rows: usize, at: usize) -> Grid {
        let mut people = vec![0.0; cols * rows];
        people[at] = 1.0;
        Grid { cols, people }
    }

    fn rows_of(density: &Density, size: (usize, usize)) -> Vec<Vec<f32>> {
        let mut rows = Vec::new();
        density.each_row(size, |_, row| rows.push(row.to_vec()));
        rows
    }

    #[test]
    fn somebody_is_a_round_spot_that_still_adds_up_to_one() {
        let density = Density::of(&grid(21, 15, 7 * 21 + 10));
        assert!((density.people.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let at = |col: usize, row: usize| density.people[row * 21 + col];
        assert!(at(10, 7) > at(11, 7) && at(11, 7) > at(12, 7));
        assert!((at(12, 7) - at(10, 9)).abs() < 1e-6 && (at(8, 7) - at(12, 7)).abs() < 1e-6);
    }

    #[test]
    fn finer_rows_are_smooth_and_have_the_spot_where_it_is() {
        let rows = rows_of(&Density::of(&grid(12, 10, 5 * 12 + 6)), (120, 100));
        assert_eq!((rows.len(), rows[0].len()), (100, 120));
        let flat: Vec<f32> = rows.concat();
        let top = flat.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).expect("samples").0;
        let (x, y) = (top % 120, top / 120);
        assert!((64..=65).contains(&x) && (54..=55).contains(&y), "{x} {y}");
        for row in rows.windows(2) {
            let steps = row[0].iter().zip(&row[1]).map(|(a, b)| (a - b).abs());
            assert!(steps.fold(0.0, f32::max) < 0.01, "no steps");
        }
    }

    #[test]
    fn an_even_density_stays_even_at_every_size() {
        let density = Density::of(&Grid { cols: 5, people: vec![0.5; 15] });
        for size in [(1, 1), (5, 3), (17, 40)] {
            assert!(rows_of(&density, size).concat().iter().all(|people| (people - 0.5).abs() < 1e-5));
        }
        assert!((density.densest(0.1) - 0.5).abs() < 1e-5 && density.densest(2.0) == 2.0);
    }

    #[test]
    fn earlier_grids_fade_and_those_of_long_ago_or_of_another_shape_do_not_count() {
        let (before, now) =
            (Density::of(&grid(9, 9, 40)), Density::of(&Grid { cols: 9, people: vec![0.0; 81] }));
        let middle = |since_us| now.clone().mixed(&before, since_us).people[40] / before.people[40];
        assert!((middle(0) - 1.0).abs() < 1e-5);
        assert!((middle(700_000) - (-1.0_f32).exp()).abs() < 1e-3);
        assert_eq!(middle(5_000_000), 0.0);
        let other = Density::of(&Grid { cols: 3, people: vec![0.0; 9] });
        assert_eq!(other.clone().mixed(&before, 0), other);
    }

    #[test]
    fn grids_without_cells_have_no_rows() {
        for grid in [Grid { cols: 0, people: vec![] }, Grid { cols: 4, people: vec![] }] {
            assert!(rows_of(&Density::of(&grid), (4, 4)).is_empty());
            assert_eq!(Density::of(&grid).densest(1.0), 1.0);
        }
    }
}
