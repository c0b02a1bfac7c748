//! How detectors lay out their output: told apart by its shape, and read into candidates. Pure.

use super::super::picture::{Align, Range};
use crate::nouns::place::BBox;

/// A box that may be something, in pixels of the model's input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Number of its class.
    pub class: usize,
    /// How sure the model is.
    pub confidence: f32,
    /// Box around it.
    pub bbox: BBox,
}

impl Candidate {
    /// Whether it is a box in some picture: sizes come out of exponentials.
    fn has_size(&self) -> bool {
        self.bbox.width().is_finite() && self.bbox.height().is_finite()
    }
}

/// The layouts in use.
#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    /// YOLOv5 and v7, `[1, N, 5 + classes]`: middle, size, objectness, class scores; decoded.
    V5 {
        /// Number of classes.
        classes: usize,
    },
    /// YOLOv8 to v11, `[1, 4 + classes, N]`: middle, size, class scores; decoded, and transposed.
    V8 {
        /// Number of classes.
        classes: usize,
        /// Number of candidates.
        candidates: usize,
    },
    /// YOLOX, `[1, N, 5 + classes]`: offsets from its grid's cells, logarithms of sizes, objectness, class
    /// scores.
    Yolox {
        /// Number of classes.
        classes: usize,
        /// Upper left corner of each candidate's cell, and the cell's size.
        cells: Vec<[f32; 3]>,
    },
    /// End to end, `[1, K, 6]`: corners, score, class; overlapping ones are gone already.
    EndToEnd {
        /// Number of candidates.
        candidates: usize,
    },
}

/// Strides of the grids that detectors of this family predict on, of which a model has some.
const STRIDES: [&[usize]; 4] = [&[8, 16, 32], &[8, 16, 32, 64], &[8, 16], &[4, 8, 16]];

/// Boxes that a v5 head predicts in each cell.
const V5_ANCHORS: usize = 3;

/// Most boxes that an end-to-end head gives: 300 are usual.
const MOST_END_TO_END: usize = 1000;

impl Layout {
    /// The layout of an output of this `shape` for an input of that width and height; `None` for one that is
    /// not known.
    pub fn of(shape: &[usize], input: (usize, usize)) -> Option<Layout> {
        let [1, rows, columns] = *shape else { return None };
        let cells_of =
            |strides: &&[usize]| strides.iter().map(|s| (input.0 / s) * (input.1 / s)).sum::<usize>();
        let grid = |count: usize| STRIDES.iter().find(|strides| cells_of(strides) == count);
        if columns > 5
            && let Some(strides) = grid(rows)
        {
            return Some(Layout::Yolox { classes: columns - 5, cells: cells(strides, input) });
        }
        if columns > 5 && rows.is_multiple_of(V5_ANCHORS) && grid(rows / V5_ANCHORS).is_some() {
            return Some(Layout::V5 { classes: columns - 5 });
        }
        if columns == 6 && rows <= MOST_END_TO_END {
            return Some(Layout::EndToEnd { candidates: rows });
        }
        (rows > 4 && grid(columns).is_some()).then_some(Layout::V8 { classes: rows - 4, candidates: columns })
    }

    /// Number of classes that the layout tells apart; `None` where the shape does not say.
    pub fn classes(&self) -> Option<usize> {
        match self {
            Layout::V5 { classes } | Layout::V8 { classes, .. } | Layout::Yolox { classes, .. } => {
                Some(*classes)
            }
            Layout::EndToEnd { .. } => None,
        }
    }

    /// What models of this layout are usually trained with.
    pub fn usual_range(&self) -> Range {
        if matches!(self, Layout::Yolox { .. }) { Range::Bgr255 } else { Range::Rgb01 }
    }

    /// Where models of this layout expect a smaller picture.
    pub fn align(&self) -> Align {
        if matches!(self, Layout::Yolox { .. }) { Align::Corner } else { Align::Centre }
    }

    /// The candidates of at least that confidence.
    pub fn candidates(&self, values: &[f32], least: f32) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = match self {
            Layout::V5 { classes } => {
                values.chunks_exact(5 + classes).filter_map(|row| v5(row, least)).collect()
            }
            Layout::Yolox { classes, cells } => yolox(values.chunks_exact(5 + classes), cells, least),
            Layout::V8 { classes, candidates } => v8(values, *classes, *candidates, least),
            Layout::EndToEnd { candidates } => {
                let rows = values.chunks_exact(6).take(*candidates);
                rows.filter(|row| row[4] >= least).map(end_to_end).collect()
            }
        };
        found.retain(Candidate::has_size);
        found
    }
}

/// The candidate of a row of v5's, if it is sure enough.
fn v5(row: &[f32], least: f32) -> Option<Candidate> {
    scored(row[4], &row[5..], least).map(|best| boxed(best, [row[0], row[1], row[2], row[3]]))
}

/// The candidate of an end-to-end row.
fn end_to_end(row: &[f32]) -> Candidate {
    Candidate {
        class: row[5].max(0.0) as usize,
        confidence: row[4],
        bbox: BBox { x1: row[0], y1: row[1], x2: row[2], y2: row[3] },
    }
}

/// Upper left corners and sizes of the cells, grid by grid, row by row.
fn cells(strides: &[usize], input: (usize, usize)) -> Vec<[f32; 3]> {
    let grid = |&stride: &usize| {
        let (columns, rows) = (input.0 / stride, input.1 / stride);
        (0..rows * columns)
            .map(move |n| [(n % columns * stride) as f32, (n / columns * stride) as f32, stride as f32])
    };
    strides.iter().flat_map(grid).collect()
}

/// The best class and its confidence, if that is enough.
fn scored(objectness: f32, scores: &[f32], least: f32) -> Option<(usize, f32)> {
    if objectness < least {
        return None;
    }
    let (class, score) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let confidence = objectness * score;
    (confidence >= least).then_some((class, confidence))
}

/// A candidate of a class and confidence, with its middle and size.
fn boxed((class, confidence): (usize, f32), [x, y, width, height]: [f32; 4]) -> Candidate {
    let bbox = BBox { x1: x - width / 2.0, y1: y - height / 2.0, x2: x + width / 2.0, y2: y + height / 2.0 };
    Candidate { class, confidence, bbox }
}

/// The middle is `(offset + cell) * stride`, the size `exp(value) * stride` (Ge and others, "YOLOX: Exceeding
/// YOLO Series in 2021").
fn yolox<'a>(rows: impl Iterator<Item = &'a [f32]>, cells: &[[f32; 3]], least: f32) -> Vec<Candidate> {
    let candidate = |(row, [left, top, stride]): (&[f32], &[f32; 3])| {
        let best = scored(row[4], &row[5..], least)?;
        Some(boxed(
            best,
            [row[0] * stride + left, row[1] * stride + top, row[2].exp() * stride, row[3].exp() * stride],
        ))
    };
    rows.zip(cells).filter_map(candidate).collect()
}

fn v8(values: &[f32], classes: usize, candidates: usize, least: f32) -> Vec<Candidate> {
    let row = |n: usize| &values[n * candidates..][..candidates];
    // The best score of each candidate so far: row by row, as they lie in memory.
    let mut best: Vec<(usize, f32)> = vec![(0, f32::MIN); candidates];
    for class in 0..classes {
        for (best, score) in best.iter_mut().zip(row(4 + class)) {
            if *score > best.1 {
                *best = (class, *score);
            }
        }
    }
    let sure = best.into_iter().enumerate().filter(|(_, (_, score))| *score >= least);
    sure.map(|(n, best)| boxed(best, [row(0)[n], row(1)[n], row(2)[n], row(3)[n]])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: (usize, usize) = (64, 64);
    /// Cells of strides 8, 16 and 32 in such an input.
    const CELLS: usize = 64 + 16 + 4;

    fn close(found: &[Candidate], expected: (usize, f32, [f32; 4])) {
        let [candidate] = found else { panic!("{found:?}") };
        let BBox { x1, y1, x2, y2 } = candidate.bbox;
        assert_eq!(candidate.class, expected.0);
        let values = [candidate.confidence, x1, y1, x2, y2];
        let wanted = [expected.1, expected.2[0], expected.2[1], expected.2[2], expected.2[3]];
        assert!(values.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-4), "{values:?}, not {wanted:?}");
    }

    #[test]
    fn v5_rows_hold_middle_size_objectness_and_scores() {
        let layout = Layout::of(&[1, 3 * CELLS, 7], INPUT).expect("known");
        assert_eq!(layout, Layout::V5 { classes: 2 });
        let mut values = vec![0.0; 3 * CELLS * 7];
        values[70..77].copy_from_slice(&[20.0, 30.0, 10.0, 8.0, 0.9, 0.1, 0.5]);
        close(&layout.candidates(&values, 0.3), (1, 0.45, [15.0, 26.0, 25.0, 34.0]));
        assert!(layout.candidates(&values, 0.5).is_empty());
    }

    #[test]
    fn v8_columns_are_candidates() {
        let layout = Layout::of(&[1, 6, CELLS], INPUT).expect("known");
        assert_eq!(layout, Layout::V8 { classes: 2, candidates: CELLS });
        let mut values = vec![0.0; 6 * CELLS];
        for (row, value) in [20.0, 30.0, 10.0, 8.0, 0.1, 0.7].into_iter().enumerate() {
            values[row * CELLS + 5] = value;
        }
        close(&layout.candidates(&values, 0.3), (1, 0.7, [15.0, 26.0, 25.0, 34.0]));
    }

    #[test]
    fn yolox_rows_are_relative_to_their_cell() {
        let layout = Layout::of(&[1, CELLS, 6], INPUT).expect("known");
        assert_eq!(
            (layout.classes(), layout.usual_range(), layout.align()),
            (Some(1), Range::Bgr255, Align::Corner)
        );
        let mut values = vec![0.0; CELLS * 6];
        // The third cell of the second row of the grid of stride 16.
        let at = (64 + 4 + 2) * 6;
        values[at..at + 6].copy_from_slice(&[0.5, 0.25, 0.0, 2.0_f32.ln(), 0.8, 0.5]);
        close(&layout.candidates(&values, 0.3), (0, 0.4, [32.0, 4.0, 48.0, 36.0]));
    }

    #[test]
    fn end_to_end_rows_hold_corners() {
        let layout = Layout::of(&[1, 300, 6], INPUT).expect("known");
        assert_eq!((layout.classes(), &layout), (None, &Layout::EndToEnd { candidates: 300 }));
        let mut values = vec![0.0; 300 * 6];
        values[6..12].copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 0.6, 17.0]);
        close(&layout.candidates(&values, 0.3), (17, 0.6, [1.0, 2.0, 3.0, 4.0]));
    }

    #[test]
    fn other_shapes_are_none() {
        for shape in
            [&[1, 3, 64, 64][..], &[1, 1000], &[2, CELLS, 6], &[1, CELLS + 3, 90], &[1, 4, CELLS], &[]]
        {
            assert_eq!(Layout::of(shape, INPUT), None, "{shape:?}");
        }
    }

    #[test]
    fn boxes_of_no_size_that_exists_are_dropped() {
        let layout = Layout::of(&[1, CELLS, 6], INPUT).expect("known");
        let mut values = vec![0.0; CELLS * 6];
        values[..6].copy_from_slice(&[0.0, 0.0, 900.0, 0.0, 1.0, 1.0]);
        assert!(layout.candidates(&values, 0.3).is_empty());
    }
}
