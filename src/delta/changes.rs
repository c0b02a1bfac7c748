//! Which frame changed each block of a stream last: numbers in, blocks that a viewer lacks out.

/// Of each block the number of the frame that changed it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    columns: usize,
    rows: usize,
    newest: Vec<u64>,
}

impl Changes {
    /// A picture of so many blocks, all of which frame `all` changed.
    pub fn new(columns: usize, rows: usize, all: u64) -> Self {
        Changes { columns, rows, newest: vec![all; columns * rows] }
    }

    /// Blocks in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows of blocks.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Takes that a frame changed a block of the picture.
    pub fn set(&mut self, block: u32, number: u64) {
        self.newest[block as usize] = number;
    }

    /// The frame that changed a block of the picture last.
    pub fn newest(&self, block: u32) -> u64 {
        self.newest[block as usize]
    }

    /// Blocks that changed behind frame `number`, in order.
    pub fn behind(&self, number: u64) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.newest).filter(move |(_, newest)| **newest > number).map(|(block, _)| block)
    }

    /// The changes of a picture of another size with this one's content: of each block the newest of those
    /// that it covers or lies in.
    pub fn scaled(&self, columns: usize, rows: usize) -> Changes {
        // From where to where a block reaches among those of the other size, at least one.
        let span = |n: usize, count: usize, others: usize| {
            let (from, to) = (n * others / count, ((n + 1) * others).div_ceil(count));
            from..to.max(from + 1).min(others)
        };
        let newest_in = |column: usize, row: usize| {
            let rows = span(row, rows, self.rows).flat_map(|row| {
                span(column, columns, self.columns).map(move |column| row * self.columns + column)
            });
            rows.filter_map(|block| self.newest.get(block)).max().copied().unwrap_or_default()
        };
        let blocks = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        Changes { columns, rows, newest: blocks.map(|(column, row)| newest_in(column, row)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_lacks_what_changed_behind_its_frame() {
        let mut changes = Changes::new(3, 2, 5);
        changes.set(4, 7);
        changes.set(1, 6);
        let behind = |number| changes.behind(number).collect::<Vec<_>>();
        assert_eq!([behind(7), behind(6), behind(5)], [vec![], vec![4], vec![1, 4]]);
        assert_eq!(behind(4).len(), 6);
    }

    #[test]
    fn another_size_inherits_the_newest_change_of_each_place() {
        let mut changes = Changes::new(4, 2, 1);
        changes.set(3, 9);
        let half = changes.scaled(2, 1);
        assert_eq!([half.newest(0), half.newest(1)], [1, 9]);
        let back = half.scaled(4, 2);
        assert_eq!(back.behind(1).collect::<Vec<_>>(), [2, 3, 6, 7]);
    }
}
