//! Crowd models: a picture in, how many people and where out.
//!
//! A model's output is a density map, whose sum is the number of heads: CSRNet (Li, Zhang and Chen, "CSRNet:
//! Dilated Convolutional Neural Networks for Understanding the Highly Congested Scenes", CVPR 2018) at any
//! width gives one at an eighth of its input, others at a quarter, a half, or its full size. Whether its
//! counts can be is `plausible`'s. How crowded that is, is `risk`'s.

mod plausible;

use std::{path::Path, sync::Arc, time::Instant};

use self::plausible::Plausible;
use super::{
    engine::{EngineError, Model, Tensor32},
    picture::{Align, Letterbox, Range},
    shown::shown,
};
use crate::{frame::Picture, nouns::place::Fraction, nouns::result::Grid};

/// Cells of the heat map across the frame.
pub const COLUMNS: usize = 60;

/// Cells of the heat map down the frame.
pub const ROWS: usize = 40;

/// Pixels of the input on each axis that one cell of a density map may stand for.
const STRIDES: [usize; 4] = [8, 4, 2, 1];

/// Width and height of the input where the file leaves it open: half of 1280x720.
pub(super) const OPEN_SIZE: (usize, usize) = (640, 360);

/// How many people are in a frame, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// People in the frame.
    pub total: f32,
    /// People in each cell: [`COLUMNS`] x [`ROWS`] cells over the whole frame, row by row, which add
    /// up to `total`.
    pub cells: Vec<f32>,
}

/// A loaded crowd model.
pub struct CrowdModel {
    model: Arc<Model>,
    range: Range,
    /// What one person adds up to in the map.
    scale: f32,
    plausible: Plausible,
    began: Instant,
}

impl CrowdModel {
    /// Loads a model and checks that it gives a density map. `scale` is what one person adds up to in that;
    /// `None`: what the file says (`scale` in its metadata), or else 1.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn load(path: &Path, scale: Option<f32>) -> Result<CrowdModel, EngineError> {
        CrowdModel::of(Model::load(path, OPEN_SIZE)?, scale)
    }

    /// A loaded model, checked.
    ///
    /// # Errors
    /// [`EngineError`].
    pub(super) fn of(model: impl Into<Arc<Model>>, scale: Option<f32>) -> Result<CrowdModel, EngineError> {
        let model = model.into();
        let (width, height) = model.input();
        let map = |stride: usize, length: usize, cells: usize| {
            cells > 0 && (length / stride..=length.div_ceil(stride)).contains(&cells)
        };
        let fits = |(rows, columns): (usize, usize)| {
            STRIDES.iter().any(|stride| map(*stride, width, columns) && map(*stride, height, rows))
        };
        if !map_size(model.output()).is_some_and(fits) {
            return Err(model
                .wrong_output("a density map [1, 1, rows, columns] at 1/8, 1/4, 1/2 or all of the input"));
        }
        let told = model.metadata("scale").and_then(|text| text.trim().parse().ok());
        let scale = scale.or(told).filter(|scale: &f32| scale.is_finite() && *scale > 0.0).unwrap_or(1.0);
        let range = model.metadata("input").and_then(|range| range.parse().ok()).unwrap_or(Range::ImageNet);
        let range = shown(&model, range);
        Ok(CrowdModel { model, range, scale, plausible: Plausible::default(), began: Instant::now() })
    }

    /// What is wrong with the counts so far, in a sentence; `None` where nothing is.
    pub fn warning(&self) -> Option<String> {
        self.plausible.warning()
    }

    /// Width and height of the input in pixels.
    pub fn input(&self) -> (usize, usize) {
        self.model.input()
    }

    /// Counts the people in a picture.
    ///
    /// # Errors
    /// [`EngineError::Run`].
    pub fn count(&mut self, picture: &Picture) -> Result<Density, EngineError> {
        let letterbox = Letterbox::new(picture.size(), self.model.input(), Align::Centre);
        let mut map = self.model.run_finite(&letterbox.fill(picture, self.range))?;
        map.values.iter_mut().for_each(|value| *value /= self.scale);
        let before = self.warning();
        self.plausible.note(self.began.elapsed(), map.values.iter().sum());
        if let (None, Some(warning)) = (before, self.warning()) {
            log::warn!("model {}: {warning}", self.model.path().display());
        }
        Ok(density(&map, &letterbox, self.model.input()))
    }
}

/// Rows and columns of a map; `None` where an output is none.
fn map_size(shape: &[usize]) -> Option<(usize, usize)> {
    match *shape {
        [1, 1, rows, columns] | [1, rows, columns] | [rows, columns] => Some((rows, columns)),
        _ => None,
    }
}

/// The part of the map that the picture covers, as a grid. A network's output strays a little below zero
/// where nobody is; cells must not, so they are scaled to what the map adds up to.
fn density(map: &Tensor32, letterbox: &Letterbox, input: (usize, usize)) -> Density {
    let Some((rows, columns)) = map_size(&map.shape) else {
        return Density { total: 0.0, cells: vec![0.0; COLUMNS * ROWS] };
    };
    // Cells of the map that one pixel of the input spans.
    let scale = [columns as f64 / input.0 as f64, rows as f64 / input.1 as f64];
    let edge = |at: Fraction| {
        let [x, y] = letterbox.place(at);
        [x * scale[0], y * scale[1]]
    };
    let ([left, top], [right, bottom]) = (edge([0.0, 0.0]), edge([1.0, 1.0]));
    let across = Shares::new(columns, (left, right), COLUMNS);
    let down = Shares::new(rows, (top, bottom), ROWS);
    let (mut cells, mut total) = (vec![0.0f32; COLUMNS * ROWS], 0.0f32);
    for (row, line) in map.values.chunks_exact(columns).enumerate() {
        for (column, &people) in line.iter().enumerate() {
            for high in &down.0[row] {
                for wide in &across.0[column] {
                    let part = people * high.share * wide.share;
                    total += part;
                    cells[high.cell * COLUMNS + wide.cell] += part;
                }
            }
        }
    }
    let total = total.max(0.0);
    normalise(&mut cells, total);
    Density { total, cells }
}

/// Makes no cell negative, and has all add up to `total`.
fn normalise(cells: &mut [f32], total: f32) {
    cells.iter_mut().for_each(|cell| *cell = cell.max(0.0));
    let sum: f32 = cells.iter().sum();
    let factor = if sum > 0.0 { total / sum } else { 0.0 };
    cells.iter_mut().for_each(|cell| *cell *= factor);
}

/// For each source cell of one axis, its shares in target cells.
struct Shares(Vec<Vec<Share>>);

/// A target cell that a source cell overlaps.
struct Share {
    /// Number of the target cell.
    cell: usize,
    /// Share of the source cell that lies in it.
    share: f32,
}

impl Shares {
    /// `from` cells, of which `(first, last)` are laid over `to` cells.
    fn new(from: usize, (first, last): (f64, f64), to: usize) -> Shares {
        let width = (last - first) / to as f64;
        let of = |n: usize| {
            let overlap = |cell: usize| {
                let (low, high) = (first + cell as f64 * width, first + (cell + 1) as f64 * width);
                (high.min(n as f64 + 1.0) - low.max(n as f64)).max(0.0) as f32
            };
            let shares = (0..to).map(|cell| Share { cell, share: overlap(cell) });
            shares.filter(|part| part.share > 0.0).collect()
        };
        Shares((0..from).map(of).collect())
    }
}

impl Density {
    /// People in each cell.
    pub fn into_grid(self) -> Grid {
        Grid { cols: COLUMNS, people: self.cells }
    }

    /// People within a polygon of the frame.
    pub fn within(&self, corners: &[Fraction]) -> f32 {
        let inside = |n: usize| {
            let at = [(n % COLUMNS) as f64 + 0.5, (n / COLUMNS) as f64 + 0.5];
            super::zones::contains(corners, [at[0] / COLUMNS as f64, at[1] / ROWS as f64])
        };
        self.cells.iter().enumerate().filter(|(n, _)| inside(*n)).map(|(_, people)| people).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analytics::engine::made::Made, nouns::picture::Planes};

    /// What a model adds up to that gives the mean of a pixel's three bytes, shown grey of 120 in 8x8 pixels.
    /// Its file says `told` of its scale.
    fn total(told: Option<&str>, scale: Option<f32>) -> f32 {
        let mut made = Made::new();
        made.bytes("x", &[1, 3, 8, 8]).node("Cast", "x", "f").with("to", 1);
        made.node("ReduceMean", "f", "y").with_all("axes", &[1]).output("y");
        if let Some(told) = told {
            made.metadata("scale", told);
        }
        let mut model = CrowdModel::of(made.load().expect("fits"), scale).expect("gives a map");
        model.count(&Picture::Planes(Planes::grey(8, 8, 120))).expect("runs").total
    }

    #[test]
    fn a_model_that_takes_bytes_is_shown_whole_values() {
        let total = total(None, None);
        assert!((total - 64.0 * 120.0).abs() < 1.0, "{total}");
    }

    #[test]
    fn a_model_of_one_channel_is_shown_grey() {
        let mut made = Made::new();
        made.bytes("x", &[1, 1, 8, 8]).node("Cast", "x", "y").with("to", 1).output("y");
        let mut model = CrowdModel::of(made.load().expect("fits"), None).expect("gives a map");
        let total = model.count(&Picture::Planes(Planes::grey(8, 8, 120))).expect("runs").total;
        assert!((total - 64.0 * 120.0).abs() < 1.0, "{total}");
    }

    /// A model whose map, a cell for that many pixels of 16x16 on each axis, has half a person in each.
    fn half_in_each(by: i64) -> Result<CrowdModel, EngineError> {
        let side = 16 / by;
        let mut made = Made::new();
        made.picture("x", &[1, 3, 16, 16]).floats("nothing", &[], &[0.0]);
        made.floats("map", &[1, 1, side, side], &vec![0.5; (side * side) as usize]);
        made.node("ReduceMean", "x", "mean").with("keepdims", 0).node("Mul", "mean nothing", "zero");
        made.node("Add", "map zero", "y").output("y");
        CrowdModel::of(made.load().expect("fits"), None)
    }

    #[test]
    fn maps_from_an_eighth_to_all_of_the_input_are_taken_and_no_smaller_ones() {
        for by in [1, 2, 4, 8] {
            let mut model = half_in_each(by).expect("gives a map");
            let total = model.count(&Picture::Planes(Planes::grey(16, 16, 120))).expect("runs").total;
            assert!((total - (128 / (by * by)) as f32).abs() < 0.01, "1/{by}: {total}");
        }
        let why = half_in_each(16).err().expect("is refused").to_string();
        assert!(why.contains("at 1/8, 1/4, 1/2 or all of the input"), "{why}");
    }

    #[test]
    fn what_one_person_adds_up_to_is_as_asked_for_or_as_the_file_says() {
        for (told, scale, by) in [
            (Some("100"), None, 100.0),
            (Some("100"), Some(10.0), 10.0),
            (None, Some(10.0), 10.0),
            (Some("0"), None, 1.0),
            (Some("many"), None, 1.0),
        ] {
            let total = total(told, scale);
            assert!((total * by - 64.0 * 120.0).abs() < 1.0, "{told:?}, {scale:?}: {total}");
        }
    }

    fn map(columns: usize, rows: usize, people: &[(usize, usize, f32)]) -> Tensor32 {
        let mut values = vec![0.0; columns * rows];
        for (column, row, count) in people {
            values[row * columns + column] = *count;
        }
        Tensor32 { shape: vec![1, 1, rows, columns], values }
    }

    #[test]
    fn the_grid_adds_up_to_the_total_and_keeps_places() {
        let letterbox = Letterbox::new((1280, 720), (640, 360), Align::Centre);
        let density =
            density(&map(80, 45, &[(0, 0, 1.0), (79, 44, 2.0), (40, 22, 0.5)]), &letterbox, (640, 360));
        assert!((density.total - 3.5).abs() < 1e-4, "{}", density.total);
        assert!((density.cells.iter().sum::<f32>() - density.total).abs() < 1e-4);
        assert!(density.cells[0] > 0.5 && density.cells[COLUMNS * ROWS - 1] > 1.0);
        let half = density.within(&[[0.0, 0.0], [1.0, 0.0], [1.0, 0.45], [0.0, 0.45]]);
        assert!((half - 1.0).abs() < 1e-3, "{half}");
    }

    #[test]
    fn what_lies_beside_the_picture_does_not_count() {
        let letterbox = Letterbox::new((360, 360), (640, 360), Align::Centre);
        let density = density(&map(80, 45, &[(2, 20, 5.0), (40, 20, 1.0)]), &letterbox, (640, 360));
        assert!((density.total - 1.0).abs() < 1e-4, "{}", density.total);
    }

    #[test]
    fn maps_of_any_scale_count_alike() {
        let letterbox = Letterbox::new((640, 360), (640, 360), Align::Centre);
        for by in STRIDES {
            let (columns, rows) = (640 / by, 360 / by);
            let whole = map(columns, rows, &[(columns / 4, rows / 2, 2.0), (columns - 1, 0, 1.0)]);
            for shape in [vec![1, 1, rows, columns], vec![1, rows, columns], vec![rows, columns]] {
                let density = density(&Tensor32 { shape, ..whole.clone() }, &letterbox, (640, 360));
                assert!((density.total - 3.0).abs() < 1e-4, "1/{by}: {}", density.total);
                let left = density.within(&[[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]);
                assert!((left - 2.0).abs() < 1e-3, "1/{by}: {left} on the left");
            }
        }
    }

    #[test]
    fn values_below_zero_make_no_cell_negative() {
        let letterbox = Letterbox::new((640, 360), (640, 360), Align::Centre);
        let density = density(&map(80, 45, &[(10, 10, -0.5), (50, 30, 2.0)]), &letterbox, (640, 360));
        assert!((density.total - 1.5).abs() < 1e-4);
        assert!(density.cells.iter().all(|cell| *cell >= 0.0));
        assert!((density.cells.iter().sum::<f32>() - 1.5).abs() < 1e-4);
    }
}
