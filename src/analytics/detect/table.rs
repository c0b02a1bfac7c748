//! An output as a table of candidates, which may be its rows or its columns. Pure.

use crate::analytics::engine::Tensor32;

/// One output of a model, `[1, rows, columns]`, as a table of candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Table {
    /// Number of the output.
    pub output: usize,
    /// Number of candidates.
    pub candidates: usize,
    /// Values of each candidate.
    pub width: usize,
    /// Whether candidates are columns.
    pub across: bool,
}

impl Table {
    /// The table's values; none where the model gives other outputs than it says.
    pub fn values(self, outputs: &[Tensor32]) -> &[f32] {
        outputs.get(self.output).map_or(&[], |output| &output.values)
    }

    /// Place of a value of candidate `n`.
    pub fn at(self, n: usize, value: usize) -> usize {
        if self.across { value * self.candidates + n } else { n * self.width + value }
    }

    /// For each candidate that is `wanted` the greatest of `count` values from `first` on, and which it is.
    /// NaN where one of them is no number; of a candidate that is not wanted that, or the greatest.
    pub fn best(
        self,
        values: &[f32],
        (first, count): (usize, usize),
        wanted: impl Fn(usize) -> bool,
    ) -> Vec<(usize, f32)> {
        let unknown = if self.across { f32::MIN } else { f32::NAN };
        let mut best = vec![(0, unknown); self.candidates];
        if self.across {
            // Row by row, as they lie in memory.
            for one in 0..count {
                let row = values.iter().skip((first + one) * self.candidates);
                best.iter_mut().zip(row).for_each(|(best, value)| note(best, one, *value));
            }
        } else {
            let rows = values.chunks_exact(self.width).zip(&mut best).enumerate();
            for (_, (row, best)) in rows.filter(|(n, _)| wanted(*n)) {
                best.1 = f32::MIN;
                row.iter()
                    .skip(first)
                    .take(count)
                    .enumerate()
                    .for_each(|(one, value)| note(best, one, *value));
            }
        }
        best
    }
}

/// Takes a value for the best one if it is; once one was no number, none is.
fn note(best: &mut (usize, f32), which: usize, value: f32) {
    if !value.is_finite() {
        best.1 = f32::NAN;
    } else if value > best.1 {
        *best = (which, value);
    }
}
