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
///
/// Rows that share no column, not even by way of others, do not heed each other: each such group is matched
/// by itself, since the method takes the cube of the rows.
pub fn assigned(costs: &[Vec<Option<f32>>], columns: usize, alone: f32) -> Vec<Pair> {
    // What is gained over staying alone. A pair that gains nothing is none, so that a complete assignment may
    // hold them.
    let gain = |row: usize, column: usize| {
        costs[row][column].map_or(0, |cost| ((cost - alone).min(0.0) / COST_STEP) as i64)
    };
    let gains = |row: usize| (0..columns).filter(|column| gain(row, *column) < 0).collect();
    let wanted: Vec<Vec<usize>> = (0..costs.len()).map(gains).collect();
    let groups = groups(&wanted, columns);
    groups.iter().flat_map(|group| matched(group, gain)).collect()
}

/// Rows and columns that heed each other.
#[derive(Default)]
struct Group {
    rows: Vec<usize>,
    columns: Vec<usize>,
}

/// The groups of rows, of which each wants some of the columns.
fn groups(wanted: &[Vec<usize>], columns: usize) -> Vec<Group> {
    let mut wanting = vec![Vec::new(); columns];
    for (row, wanted) in wanted.iter().enumerate() {
        wanted.iter().for_each(|column| wanting[*column].push(row));
    }
    let (mut seen_rows, mut seen_columns) = (vec![false; wanted.len()], vec![false; columns]);
    let mut groups = Vec::new();
    for first in 0..wanted.len() {
        let (mut group, mut open) = (Group::default(), vec![first]);
        while let Some(row) = open.pop() {
            if std::mem::replace(&mut seen_rows[row], true) {
                continue;
            }
            group.rows.push(row);
            for column in &wanted[row] {
                if !std::mem::replace(&mut seen_columns[*column], true) {
                    group.columns.push(*column);
                    open.extend(&wanting[*column]);
                }
            }
        }
        if !group.columns.is_empty() {
            groups.push(group);
        }
    }
    groups
}

/// The pairs of a group with the most gain, which is negative.
fn matched(Group { rows, columns }: &Group, gain: impl Fn(usize, usize) -> i64) -> Vec<Pair> {
    // The method wants no more rows than columns.
    let wide = rows.len() <= columns.len();
    let matrix = match wide {
        true => Matrix::from_fn(rows.len(), columns.len(), |(row, column)| gain(rows[row], columns[column])),
        false => Matrix::from_fn(columns.len(), rows.len(), |(column, row)| gain(rows[row], columns[column])),
    };
    let pairs = kuhn_munkres_min(&matrix).1.into_iter().enumerate();
    let pairs = pairs.map(|(a, b)| if wide { (a, b) } else { (b, a) });
    let pairs = pairs.map(|(row, column)| Pair { row: rows[row], column: columns[column] });
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
    fn groups_that_share_nothing_are_matched_each_by_itself() {
        let costs = [
            vec![Some(0.1), None, None, Some(0.2)],
            vec![None, Some(0.3), None, None],
            vec![Some(0.1), None, None, Some(0.9)],
            vec![None; 4],
        ];
        assert_eq!(pairs(&costs, 4, 1.0), [(0, 3), (1, 1), (2, 0)]);
    }

    #[test]
    fn who_would_pay_more_stays_alone() {
        let costs = [vec![Some(0.5), None], vec![Some(0.2), Some(1.4)]];
        assert_eq!(pairs(&costs, 2, 1.0), [(1, 0)]);
        assert_eq!(pairs(&costs, 2, 2.0), [(0, 0), (1, 1)]);
        assert!(assigned(&[], 2, 1.0).is_empty() && assigned(&[vec![]], 0, 1.0).is_empty());
    }
}
