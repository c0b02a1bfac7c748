//! Grids that detectors predict on: which strides a number of candidates comes from, and where each one's
//! cell is. Pure.

/// Strides in use, in pixels of the input: powers of two, of which a model has some, the smallest first.
const STRIDES: [usize; 6] = [4, 8, 16, 32, 64, 128];

/// Boxes that are predicted in each cell: one, or three of different shapes (v3, v5, v7).
const ANCHORS: [usize; 2] = [1, 3];

/// Most boxes of a model without a grid (300 are usual): up to as many are a grid only where they come from
/// strides that follow each other, or from one that the file names.
pub const MOST_QUERIES: usize = 1000;

/// The grids of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Pixels of the input between two cells, a grid each, ascending.
    pub strides: Vec<usize>,
    /// Boxes in each cell.
    pub anchors: usize,
    /// Columns and rows of each grid.
    sizes: Vec<(usize, usize)>,
}

/// A cell of a grid, in pixels of the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width and height.
    pub stride: f32,
}

impl Grid {
    /// The grids whose cells add up to `count` candidates on an input of that width and height; `largest` is
    /// the largest stride, where the file says, which few candidates must agree with. `None` where no strides
    /// do.
    pub fn of(count: usize, input: (usize, usize), largest: Option<usize>) -> Option<Grid> {
        let is_told = |grid: &Grid| largest.is_some() && grid.strides.last().copied() == largest;
        let fits = |grid: &Grid| {
            let may_be = count > MOST_QUERIES || largest.is_none() && grid.is_unbroken() || is_told(grid);
            may_be && grid.candidates() == count
        };
        // An input that is no multiple of a stride has a last cell that reaches beyond it, or has not.
        let divisions: [fn(usize, usize) -> usize; 2] = [|length, by| length / by, usize::div_ceil];
        let sets = || (1..1usize << STRIDES.len()).map(subset);
        let all = divisions.into_iter().flat_map(|divide| {
            sets()
                .flat_map(move |strides| ANCHORS.map(|anchors| Grid::new(&strides, anchors, (input, divide))))
        });
        // Models predict on neighbouring strides: a set with a gap is taken only where no other one fits.
        let mut all: Vec<Grid> = all.filter(fits).collect();
        all.sort_by_key(|grid| (!is_told(grid), !grid.is_unbroken()));
        all.into_iter().next()
    }

    fn new(strides: &[usize], anchors: usize, (input, divide): Divided) -> Grid {
        let size = |&stride: &usize| (divide(input.0, stride), divide(input.1, stride));
        Grid { strides: strides.to_vec(), anchors, sizes: strides.iter().map(size).collect() }
    }

    /// Number of candidates.
    pub fn candidates(&self) -> usize {
        self.anchors * self.sizes.iter().map(|(columns, rows)| columns * rows).sum::<usize>()
    }

    /// Whether there are two grids or more, of strides that follow each other.
    pub fn is_unbroken(&self) -> bool {
        self.strides.len() > 1 && self.strides.windows(2).all(|pair| pair[1] == 2 * pair[0])
    }

    /// The cell of each candidate: grid by grid, shape by shape, row by row.
    pub fn cells(&self) -> Vec<Cell> {
        let grid = |(&stride, &(columns, rows)): (&usize, &(usize, usize))| {
            let cell = move |n: usize| Cell {
                left: (n % columns * stride) as f32,
                top: (n / columns % rows * stride) as f32,
                stride: stride as f32,
            };
            (0..self.anchors * rows * columns).map(cell)
        };
        self.strides.iter().zip(&self.sizes).flat_map(grid).collect()
    }
}

/// Width and height of an input, and how often a stride goes into them.
type Divided = ((usize, usize), fn(usize, usize) -> usize);

/// The strides whose bits are set in `bits`.
fn subset(bits: usize) -> Vec<usize> {
    STRIDES.iter().enumerate().filter(|(n, _)| (bits >> n) & 1 == 1).map(|(_, stride)| *stride).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_are_told_from_the_number_of_candidates() {
        for (count, input, strides, anchors) in [
            (8400, (640, 640), &[8, 16, 32][..], 1),
            (25200, (640, 640), &[8, 16, 32], 3),
            (34000, (640, 640), &[4, 8, 16, 32], 1),
            (102_000, (1280, 1280), &[8, 16, 32, 64], 3),
            (6000, (640, 640), &[16, 32], 3),
            (3549, (416, 416), &[8, 16, 32], 1),
            (3598, (416, 416), &[8, 16, 32, 64], 1),
            (5040, (640, 384), &[8, 16, 32], 1),
            (2125, (320, 320), &[8, 16, 32, 64], 1),
            (4800, (640, 384), &[8, 16], 1),
            (1600, (640, 640), &[16], 1),
        ] {
            let grid = Grid::of(count, input, None).unwrap_or_else(|| panic!("{count}"));
            assert_eq!((&*grid.strides, grid.anchors), (strides, anchors), "{count} at {input:?}");
            assert_eq!(grid.cells().len(), count);
        }
    }

    #[test]
    fn other_numbers_belong_to_no_grid() {
        for count in [0, 1, 300, 8732, 8401] {
            assert_eq!(Grid::of(count, (640, 640), None), None, "{count}");
        }
        assert_eq!(Grid::of(500, (640, 640), Some(32)), None, "the file says another stride");
        assert!(Grid::of(8400, (640, 640), Some(64)).is_some(), "it is wrong, for so many are no chance");
        assert!(Grid::of(400, (640, 640), Some(32)).is_some(), "the file says this one");
    }

    #[test]
    fn cells_come_grid_by_grid_shape_by_shape_row_by_row() {
        let cells = Grid::of(3 * (16 + 4), (64, 64), None).expect("16 and 32").cells();
        assert_eq!(cells[6], Cell { left: 32.0, top: 16.0, stride: 16.0 });
        assert_eq!(cells[16 + 6], cells[6], "the second shape");
        assert_eq!(cells[3 * 16 + 3], Cell { left: 32.0, top: 32.0, stride: 32.0 });
    }
}
