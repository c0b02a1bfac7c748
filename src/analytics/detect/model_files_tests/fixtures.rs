//! What made model files say, and what is found in them.

use std::path::PathBuf;

use crate::{
    analytics::detect::{
        DetectSettings, Detector,
        fixtures::{Given, model_file},
        grid::{Cell, Grid},
    },
    frame::Picture,
    nouns::{picture::Planes, place::BBox},
};

/// Names of the classes of most files.
pub const NAMES: &str = "{0: 'person', 1: 'bicycle', 2: 'car'}";

/// The thing that each file finds: a car, of 40x30 pixels around (84, 60).
pub const CAR: BBox = BBox { x1: 64.0, y1: 45.0, x2: 104.0, y2: 75.0 };
pub const CLASS: usize = 2;

/// Width and height of most inputs.
pub const SIZE: (usize, usize) = (160, 160);

/// What a candidate is meant to say.
pub struct Truth {
    pub cell: Cell,
    pub middle: [f32; 2],
    pub size: [f32; 2],
    pub objectness: f32,
    pub scores: Vec<f32>,
}

impl Truth {
    pub fn corners(&self) -> [f32; 4] {
        let ([x, y], [w, h]) = (self.middle, self.size.map(|side| side / 2.0));
        [x - w, y - h, x + w, y + h]
    }

    pub fn middles(&self) -> [f32; 4] {
        [self.middle[0], self.middle[1], self.size[0], self.size[1]]
    }

    /// As YOLOX gives it before it is decoded.
    pub fn offsets(&self) -> [f32; 4] {
        let Cell { left, top, stride } = self.cell;
        let [x, y, w, h] = self.middles();
        [(x - left) / stride, (y - top) / stride, (w / stride).ln(), (h / stride).ln()]
    }

    /// Class and its score.
    pub fn best(&self) -> [f32; 2] {
        let is_car = self.scores[CLASS] > 0.5;
        [if is_car { CLASS as f32 } else { 0.0 }, self.scores[if is_car { CLASS } else { 0 }]]
    }
}

/// A number from 0 to 1 that looks like chance.
pub fn chance(n: usize) -> f32 {
    ((n as f32 * 12.9898).sin() * 43_758.547).fract().abs()
}

/// Boxes as parts of the input.
pub fn parts([a, b, c, d]: [f32; 4]) -> [f32; 4] {
    [a / SIZE.0 as f32, b / SIZE.1 as f32, c / SIZE.0 as f32, d / SIZE.1 as f32]
}

pub fn logit(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

/// What candidates are meant to say: nothing, but for one car.
pub fn truths(cells: &[Cell], classes: usize) -> Vec<Truth> {
    let truth = |(n, cell): (usize, &Cell)| {
        let near = |at: f32, salt: usize| at + cell.stride * (0.2 + 0.6 * chance(n * 3 + salt));
        Truth {
            cell: *cell,
            middle: [near(cell.left, 0), near(cell.top, 1)],
            size: [cell.stride * (1.0 + chance(n)), cell.stride * (1.0 + chance(n + 5))],
            objectness: 0.02 * chance(n + 9) + 0.001,
            scores: (0..classes).map(|class| 0.03 * chance(n * classes + class) + 0.001).collect(),
        }
    };
    let mut truths: Vec<Truth> = cells.iter().enumerate().map(truth).collect();
    // The candidate whose cell holds the middle of the car.
    let holds = |truth: &&mut Truth| {
        let Cell { left, top, stride } = truth.cell;
        (left..left + stride).contains(&84.0) && (top..top + stride).contains(&60.0)
    };
    let car = truths.iter_mut().find(holds).expect("cells cover the input");
    (car.middle, car.size, car.objectness) = ([84.0, 60.0], [40.0, 30.0], 0.95);
    car.scores[CLASS.min(classes - 1)] = 0.9;
    truths
}

/// Candidates of these strides, so many in a cell.
pub fn of_grid(count: usize, classes: usize) -> Vec<Truth> {
    of_grid_in(SIZE, count, classes)
}

pub fn of_grid_in(size: (usize, usize), count: usize, classes: usize) -> Vec<Truth> {
    truths(&Grid::of(count, size, None).expect("strides add up").cells(), classes)
}

/// Candidates without a grid, all over the input; the car is one of them.
pub fn of_queries(count: usize, classes: usize) -> Vec<Truth> {
    let cell = |n: usize| Cell { left: 110.0 * chance(n), top: 110.0 * chance(n + 1000), stride: 32.0 };
    let mut cells: Vec<Cell> = (0..count).map(cell).collect();
    cells[7] = Cell { left: 64.0, top: 32.0, stride: 32.0 };
    truths(&cells, classes)
}

/// Candidates as rows.
pub fn rows(name: &str, truths: &[Truth], row: impl Fn(&Truth) -> Vec<f32>) -> Given {
    let all: Vec<Vec<f32>> = truths.iter().map(row).collect();
    Given { name: name.into(), shape: vec![1, all.len(), all[0].len()], values: all.concat() }
}

/// Candidates as columns.
pub fn columns(name: &str, truths: &[Truth], row: impl Fn(&Truth) -> Vec<f32>) -> Given {
    let Given { shape, values, .. } = rows(name, truths, row);
    let (count, width) = (shape[1], shape[2]);
    let across = (0..width).flat_map(|value| (0..count).map(move |n| (n, value)));
    let values = across.map(|(n, value)| values[n * width + value]).collect();
    Given { name: name.into(), shape: vec![1, width, count], values }
}

/// An output that no box is in.
pub fn other(shape: &[usize]) -> Given {
    let values = (0..shape.iter().product()).map(|n| chance(n) - 0.5).collect();
    Given { name: format!("other{}", shape.len()), shape: shape.to_vec(), values }
}

pub fn box_and_scores(truth: &Truth) -> Vec<f32> {
    [&truth.middles()[..], &truth.scores].concat()
}

pub fn with_objectness(of: [f32; 4], truth: &Truth) -> Vec<f32> {
    [&of[..], &[truth.objectness], &truth.scores].concat()
}

/// Logits for the values from `first` on.
pub fn logits(first: usize, mut row: Vec<f32>) -> Vec<f32> {
    row[first..].iter_mut().for_each(|value| *value = logit(*value));
    row
}

/// Coefficients or key points behind a row.
pub fn followed(mut row: Vec<f32>, by: usize, scale: f32) -> Vec<f32> {
    let first = row[0] as usize;
    row.extend((0..by).map(|n| (chance(n + first) - 0.3) * scale));
    row
}

/// A row of an end-to-end model.
pub fn ended(of: [f32; 4], truth: &Truth) -> Vec<f32> {
    let [class, score] = truth.best();
    [&of[..], &[score, class]].concat()
}

/// A side's distance as the logits of eight.
pub fn distances(truth: &Truth) -> Vec<f32> {
    let Cell { left, top, stride } = truth.cell;
    let [l, t, r, b] = truth.corners();
    let sides = [(left - l), (top - t), (r - left), (b - top)].map(|side| (side / stride).clamp(0.0, 7.0));
    let bins = |side: f32| (0..8).map(move |bin| (1.0 - (side - bin as f32).abs()).max(1e-6).ln().max(-14.0));
    sides.into_iter().flat_map(bins).collect()
}

#[derive(Clone)]
pub struct Case {
    pub name: &'static str,
    pub size: (usize, usize),
    pub outputs: Vec<Given>,
    pub metadata: Vec<(&'static str, &'static str)>,
    /// The program that wrote the file.
    pub producer: &'static str,
}

pub fn case(name: &'static str, outputs: Vec<Given>, metadata: &[(&'static str, &'static str)]) -> Case {
    Case { name, size: SIZE, outputs, metadata: metadata.to_vec(), producer: "" }
}

/// A value of each candidate by itself, `[1, N]`.
pub fn singles(name: &str, truths: &[Truth], of: impl Fn(&Truth) -> f32) -> Given {
    Given { name: name.into(), shape: vec![1, truths.len()], values: truths.iter().map(of).collect() }
}

/// A box with y before x.
pub fn y_first([x1, y1, x2, y2]: [f32; 4]) -> [f32; 4] {
    [y1, x1, y2, x2]
}

/// Logits as DETR gives them, of so many classes and of nothing: the car, where there is one, is of class
/// `car`.
pub fn detr_logits(truth: &Truth, classes: usize, car: usize) -> Vec<f32> {
    let is_car = truth.objectness > 0.5;
    let mut logits: Vec<f32> = truth.scores.iter().cycle().take(classes).map(|score| logit(*score)).collect();
    logits[car] = if is_car { 8.0 } else { -5.0 };
    [logits, vec![if is_car { 3.0 } else { 9.0 }]].concat()
}

/// A file that names its classes.
pub fn named(name: &'static str, output: Given) -> Case {
    case(name, vec![output], &[("names", NAMES)])
}

/// Writes a file and loads it.
pub struct Loaded {
    pub detector: Detector,
    _folder: tempfile::TempDir,
}

pub fn load(case: &Case, asked: &[&str]) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("model.onnx");
    std::fs::write(&path, model_file(case.size, &case.outputs, &case.metadata, case.producer))
        .expect("can be written");
    let classes = asked.iter().map(|class| (*class).to_owned()).collect();
    let settings = DetectSettings { confidence: 0.1, nms_iou: 0.45, classes, input: None };
    let detector = Detector::load(&path, settings).map_err(|error| error.to_string())?;
    Ok(Loaded { detector, _folder: folder })
}

/// A class, a confidence and a box.
pub type Thing = (String, f32, BBox);

/// What a file finds in a few pictures in the end, and how it is read; or why it is refused.
pub fn found(case: &Case) -> Result<(Vec<Thing>, String), String> {
    let mut loaded = load(case, &[])?;
    let picture = Picture::Planes(Planes::grey(case.size.0, case.size.1, 120));
    let mut found = Vec::new();
    for _ in 0..6 {
        found = loaded.detector.detect(&picture).map_err(|error| error.to_string())?;
    }
    let plain = found.into_iter().map(|one| (one.class.to_string(), one.confidence, one.bbox));
    let warning = loaded.detector.warning().unwrap_or_default();
    Ok((plain.collect(), format!("{}{warning}", loaded.detector.reading())))
}
