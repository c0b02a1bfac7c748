//! Who gets what: the cost of each pair of a row and a column in, the pairs with the least sum of costs out.
//! Pure.
//!
//! After the Hungarian method (Kuhn and Munkres). What a pair costs is the caller's.

use pathfinding::{kuhn_munkres::kuhn_munkres_min, matrix::Matrix};

/// Cost that counts as one where costs are matched as whole numbers.
const COST_STEP: f32 = 1e-4;

/// A row and the column that it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Number of the row.
    pub row: usize,
    /// Number of the column.
    pub column: usize,
}

/// The pairs with the least sum of costs, where staying `alone` costs a row that much; `None` is a pair that
/// cannot be. Every row of `costs` has `columns` costs.
pub fn assigned(costs: &[Vec<Option<f32>>], columns: usize, alone: f32) -> Vec<Pair> {
    if costs.is_empty() || columns == 0 {
        return Vec::new();
    }
    // What is gained over staying alone. A pair that gains nothing is none, so that a complete assignment may
    // hold them.
    let gain = |row: usize, column: usize| {
        costs[row][column].map_or(0, |cost| ((cost - alone).min(0.0) / COST_STEP) as i64)
    };
    // The method wants no more rows than columns.
    let wide = costs.len() <= columns;
    let matrix = match wide {
        true => Matrix::from_fn(costs.len(), columns, |(row, column)| gain(row, column)),
        false => Matrix::from_fn(columns, costs.len(), |(column, row)| gain(row, column)),
    };
    let pairs = kuhn_munkres_min(&matrix).1.into_iter().enumerate();
    let pairs =
        pairs.map(|(a, b)| if wide { Pair { row: a, column: b } } else { Pair { row: b, column: a } });
    pairs.filter(|pair| gain(pair.row, pair.column) < 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs as rows with their columns, by rows.
    fn pairs(costs: &[Vec<Option<f32>>], columns: usize, alone: f32) -> Vec<(usize, usize)> {
        let mut pairs = assigned(costs, columns, alone);
        pairs.sort_unstable();
        pairs.into_iter().map(|pair| (pair.row, pair.column)).collect()
    }

    #[test]
    fn the_sum_is_least_though_one_gets_its_second_best() {
        let costs = [vec![Some(0.1), Some(0.2), None], vec![Some(0.1), Some(0.9), None]];
        assert_eq!(pairs(&costs, 3, 1.0), [(0, 1), (1, 0)]);
        // The same with more rows than columns.
        let turned = [vec![Some(0.1), Some(0.1)], vec![Some(0.2), Some(0.9)], vec![None, None]];
        assert_eq!(pairs(&turned, 2, 1.0), [(0, 1), (1, 0)]);
    }

    #[test]
    fn who_would_pay_more_stays_alone() {
        let costs = [vec![Some(0.5), None], vec![Some(0.2), Some(1.4)]];
        assert_eq!(pairs(&costs, 2, 1.0), [(1, 0)]);
        assert_eq!(pairs(&costs, 2, 2.0), [(0, 0), (1, 1)]);
        assert!(assigned(&[], 2, 1.0).is_empty() && assigned(&[vec![]], 0, 1.0).is_empty());
    }
}
