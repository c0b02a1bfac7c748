//! How a detector lays out its outputs, and how they are read into candidates. Pure.
//!
//! Which layout a model has is told by `readings` and `trial`.

use std::fmt;

use super::{
    candidate::Candidate,
    family::Family,
    grid::{Cell, Grid},
    table::Table,
};
use crate::{analytics::engine::Tensor32, nouns::place::BBox};

/// What the four values of a box are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// Middle and size.
    Middle,
    /// Upper left and lower right corner.
    Corners,
    /// Upper left and lower right corner, each with y before x.
    YFirst,
    /// Offsets of the middle from the cell's corner, in cells, and logarithms of the size in cells.
    Offsets,
    /// For each side that many values, which say how likely each distance from the cell's corner is, in
    /// cells.
    Distances(usize),
}

/// What coordinates are counted in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// Pixels of the input.
    Pixels,
    /// Parts of the input's width and height.
    Fractions,
}

/// Where classes and their scores are, as values of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scores {
    /// A score for each class.
    Each {
        /// The first class's.
        first: usize,
        /// Number of classes.
        classes: usize,
    },
    /// The score of the best class, and its number.
    Best {
        /// The score.
        score: usize,
        /// The number.
        class: usize,
    },
}

/// One way to read a model's outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// What kind of model lays out its outputs like this.
    pub family: Family,
    /// Where the boxes are.
    pub boxes: Table,
    /// Which value of a candidate its box begins with.
    pub first: usize,
    /// What the values of a box are.
    pub form: Form,
    /// What they are counted in.
    pub unit: Unit,
    /// Which value of a candidate is the angle by which its box is turned, in radians.
    pub angle: Option<usize>,
    /// Where the scores are.
    pub scored: Table,
    /// Which value of a candidate says whether there is anything.
    pub objectness: Option<usize>,
    /// Which values are scores.
    pub scores: Scores,
    /// Where the numbers of classes are that stand apart from their scores.
    pub numbered: Table,
    /// Whether one more score, behind those of the classes, says that there is nothing; all add up to 1 once
    /// they are probabilities.
    pub background: bool,
    /// Whether classes are counted from 1.
    pub counted_from_one: bool,
    /// Whether scores are the logits of probabilities.
    pub logits: bool,
    /// Whether boxes of the same thing are gone already.
    pub suppressed: bool,
    /// The grids that the candidates come from.
    pub grid: Option<Grid>,
}

impl Layout {
    /// Number of classes that the layout tells apart; `None` where its shape does not say.
    pub fn classes(&self) -> Option<usize> {
        match self.scores {
            Scores::Each { classes, .. } => Some(classes),
            Scores::Best { .. } => None,
        }
    }

    /// Whether all values of a candidate are read.
    pub fn is_whole(&self) -> bool {
        let objectness = usize::from(self.objectness.is_some());
        self.classes().is_some_and(|classes| 4 + objectness + classes == self.boxes.width)
    }

    /// A raw score as a probability; NaN where it is no number, and above 1 where the score is.
    pub fn probability(&self, score: f32) -> f32 {
        // Rounding leaves scores a little below 0, of which two would make a product above.
        if self.logits { 1.0 / (1.0 + (-score).exp()) } else { score.clamp(0.0, f32::INFINITY) }
    }

    /// The candidates of at least that confidence, for an input of that width and height. Those with a value
    /// that is no number are left out.
    pub fn candidates(&self, outputs: &[Tensor32], input: (usize, usize), least: f32) -> Vec<Candidate> {
        let boxes = Boxes::new(self, outputs, input);
        let sure = self.best(outputs, least).into_iter().enumerate();
        let sure = sure.filter(|(_, (_, confidence))| *confidence >= least && confidence.is_finite());
        let candidate = |(n, (class, confidence))| Candidate { class, confidence, bbox: boxes.bbox(n) };
        sure.map(candidate).filter(Candidate::has_place).collect()
    }

    /// The likeliest class of each candidate with its confidence, which is exact only from `least` on.
    fn best(&self, outputs: &[Tensor32], least: f32) -> Vec<(usize, f32)> {
        let values = self.scored.values(outputs);
        let at = |n, value| values.get(self.scored.at(n, value)).copied().unwrap_or(f32::NAN);
        let objectness = |n| self.objectness.map_or(1.0, |value| self.probability(at(n, value)));
        match self.scores {
            Scores::Best { score, class } => {
                let numbers = self.numbered.values(outputs);
                let number = |n| numbers.get(self.numbered.at(n, class)).copied().unwrap_or(f32::NAN);
                (0..self.scored.candidates)
                    .map(|n| (number(n).max(0.0) as usize, self.probability(at(n, score)) * objectness(n)))
                    .collect()
            }
            Scores::Each { first, classes } if self.background && self.logits => (0..self.scored.candidates)
                .map(|n| shared((first..=first + classes).map(|value| at(n, value)).collect()))
                .collect(),
            Scores::Each { first, classes } => {
                let sure = |n| objectness(n) >= least;
                let best = self.scored.best(values, (first, classes), sure);
                let whole = |(n, (class, score))| (class, self.probability(score) * objectness(n));
                best.into_iter().enumerate().map(whole).collect()
            }
        }
    }
}

/// The likeliest class of the logits of all classes and of nothing, which come last, and its probability.
fn shared(logits: Vec<f32>) -> (usize, f32) {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
    let classes = logits.iter().take(logits.len() - 1).enumerate();
    let best = classes.max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.map_or((0, f32::NAN), |(class, logit)| (class, (logit - most).exp() / sum))
}

impl fmt::Display for Layout {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let scores = if self.logits { "logits" } else { "scores from 0 to 1" };
        let boxes = match (self.form, self.unit) {
            (Form::Offsets, _) => "boxes undecoded",
            (Form::Distances(_), _) => "boxes as distances",
            (Form::Middle, Unit::Pixels) => "middles and sizes in pixels",
            (Form::Middle, Unit::Fractions) => "middles and sizes in fractions",
            (Form::Corners, Unit::Pixels) => "corners in pixels",
            (Form::Corners, Unit::Fractions) => "corners in fractions",
            (Form::YFirst, Unit::Pixels) => "corners in pixels, y before x",
            (Form::YFirst, Unit::Fractions) => "corners in fractions, y before x",
        };
        write!(to, "{} with {boxes}, {scores}", self.family)?;
        match (&self.grid, self.classes()) {
            (Some(grid), Some(classes)) => write!(to, ", strides {:?}, {classes} classes", grid.strides),
            (None, Some(classes)) => write!(to, ", {classes} classes"),
            (_, None) => write!(to, ", the class as a number"),
        }?;
        let more = [(self.background, ", one more score for nothing"), (self.counted_from_one, " from 1 on")];
        more.iter().filter(|(is_so, _)| *is_so).try_for_each(|(_, words)| to.write_str(words))
    }
}

/// The boxes of an output.
pub struct Boxes<'a> {
    layout: &'a Layout,
    values: &'a [f32],
    /// Cells of the candidates; empty where boxes do not depend on them.
    cells: Vec<Cell>,
    /// Pixels that one unit spans.
    scale: [f32; 2],
}

impl<'a> Boxes<'a> {
    /// The boxes that a layout finds in outputs, for an input of that width and height.
    pub fn new(layout: &'a Layout, outputs: &'a [Tensor32], input: (usize, usize)) -> Boxes<'a> {
        let needs_cells = matches!(layout.form, Form::Offsets | Form::Distances(_));
        let cells = layout.grid.as_ref().filter(|_| needs_cells).map(Grid::cells).unwrap_or_default();
        let scale = match layout.unit {
            Unit::Pixels => [1.0, 1.0],
            Unit::Fractions => [input.0 as f32, input.1 as f32],
        };
        Boxes { layout, values: layout.boxes.values(outputs), cells, scale }
    }

    /// The four values of a candidate as they come.
    pub fn raw(&self, n: usize) -> [f32; 4] {
        [0, 1, 2, 3].map(|side| self.value(n, self.layout.first + side))
    }

    fn value(&self, n: usize, value: usize) -> f32 {
        self.values.get(self.layout.boxes.at(n, value)).copied().unwrap_or(f32::NAN)
    }

    /// The box of a candidate, in pixels of the input.
    pub fn bbox(&self, n: usize) -> BBox {
        let [a, b, c, d] = self.raw(n);
        let [x, y] = self.scale;
        match self.layout.form {
            Form::Corners => BBox { x1: a * x, y1: b * y, x2: c * x, y2: d * y },
            Form::YFirst => BBox { x1: b * x, y1: a * y, x2: d * x, y2: c * y },
            Form::Middle => around([a * x, b * y], self.upright(n, [c * x, d * y])),
            Form::Offsets => offsets([a, b, c, d], self.cell(n)),
            Form::Distances(bins) => self.distances(n, bins),
        }
    }

    fn cell(&self, n: usize) -> Cell {
        self.cells.get(n).copied().unwrap_or(Cell { left: f32::NAN, top: f32::NAN, stride: f32::NAN })
    }

    /// Size of the upright box around a turned one of that size.
    fn upright(&self, n: usize, [width, height]: [f32; 2]) -> [f32; 2] {
        let Some(angle) = self.layout.angle else { return [width, height] };
        let (sin, cos) = self.value(n, angle).sin_cos();
        let (sin, cos) = (sin.abs(), cos.abs());
        [width * cos + height * sin, width * sin + height * cos]
    }

    /// A box from the mean distance of each side: left, upper, right, lower (Li and others, "Generalized
    /// Focal Loss", 2020).
    fn distances(&self, n: usize, bins: usize) -> BBox {
        let Cell { left, top, stride } = self.cell(n);
        let [l, t, r, b] = [0, 1, 2, 3].map(|side| {
            let likely: Vec<f32> =
                (0..bins).map(|bin| self.value(n, self.layout.first + side * bins + bin)).collect();
            mean_bin(&likely) * stride
        });
        BBox { x1: left - l, y1: top - t, x2: left + r, y2: top + b }
    }
}

/// The middle is `(offset + cell) * stride`, the size `exp(value) * stride` (Ge and others, "YOLOX: Exceeding
/// YOLO Series in 2021").
fn offsets([x, y, width, height]: [f32; 4], Cell { left, top, stride }: Cell) -> BBox {
    around([x * stride + left, y * stride + top], [width.exp() * stride, height.exp() * stride])
}

/// The box around a middle.
fn around([x, y]: [f32; 2], [width, height]: [f32; 2]) -> BBox {
    BBox { x1: x - width / 2.0, y1: y - height / 2.0, x2: x + width / 2.0, y2: y + height / 2.0 }
}

/// The mean of numbers 0, 1, 2, … whose likelihoods have these logits.
fn mean_bin(logits: &[f32]) -> f32 {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let (mut mean, mut sum) = (0.0, 0.0);
    for (bin, logit) in logits.iter().enumerate() {
        let share = (logit - most).exp();
        (mean, sum) = (mean + share * bin as f32, sum + share);
    }
    mean / sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of rows of a box, objectness and a score.
    fn found(rows: &[[f32; 2]]) -> Vec<f32> {
        let boxes = Table { output: 0, candidates: rows.len(), width: 6, across: false };
        let layout = Layout {
            family: Family::Yolox,
            boxes,
            first: 0,
            form: Form::Middle,
            unit: Unit::Pixels,
            angle: None,
            scored: boxes,
            numbered: boxes,
            objectness: Some(4),
            scores: Scores::Each { first: 5, classes: 1 },
            background: false,
            counted_from_one: false,
            logits: false,
            suppressed: false,
            grid: None,
        };
        let values = rows.iter().flat_map(|[sure, score]| [20.0, 20.0, 8.0, 8.0, *sure, *score]).collect();
        let output = Tensor32 { shape: vec![1, rows.len(), 6], values };
        layout.candidates(&[output], (40, 40), 0.1).iter().map(|one| one.confidence).collect()
    }

    #[test]
    fn scores_a_little_below_0_make_nothing_certain() {
        assert_eq!(found(&[[-0.01, 0.9], [-0.01, -0.01], [0.0, 0.9]]), [0.0_f32; 0]);
        assert_eq!(found(&[[1.0, 0.75], [0.5, 0.5]]), [0.75, 0.25]);
        assert_eq!(found(&[[-0.6, -0.6], [f32::NAN, 1.0]]), [0.0_f32; 0]);
    }
}
