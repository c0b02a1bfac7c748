//! Model files of every kind that people have: each is read rightly, or refused with the reason.

use std::path::PathBuf;

use super::{
    DetectSettings, Detector,
    fixtures::{Given, model_file},
    grid::{Cell, Grid},
};
use crate::{
    frame::Picture,
    nouns::{picture::Planes, place::BBox},
};

/// Names of the classes of most files.
pub(super) const NAMES: &str = "{0: 'person', 1: 'bicycle', 2: 'car'}";

/// The thing that each file finds: a car, of 40x30 pixels around (84, 60).
const CAR: BBox = BBox { x1: 64.0, y1: 45.0, x2: 104.0, y2: 75.0 };
const CLASS: usize = 2;

/// Width and height of most inputs.
pub(super) const SIZE: (usize, usize) = (160, 160);

/// What a candidate is meant to say.
pub(super) struct Truth {
    cell: Cell,
    pub(super) middle: [f32; 2],
    pub(super) size: [f32; 2],
    objectness: f32,
    pub(super) scores: Vec<f32>,
}

impl Truth {
    pub(super) fn corners(&self) -> [f32; 4] {
        let ([x, y], [w, h]) = (self.middle, self.size.map(|side| side / 2.0));
        [x - w, y - h, x + w, y + h]
    }

    pub(super) fn middles(&self) -> [f32; 4] {
        [self.middle[0], self.middle[1], self.size[0], self.size[1]]
    }

    /// As YOLOX gives it before it is decoded.
    fn offsets(&self) -> [f32; 4] {
        let Cell { left, top, stride } = self.cell;
        let [x, y, w, h] = self.middles();
        [(x - left) / stride, (y - top) / stride, (w / stride).ln(), (h / stride).ln()]
    }

    /// Class and its score.
    fn best(&self) -> [f32; 2] {
        let is_car = self.scores[CLASS] > 0.5;
        [if is_car { CLASS as f32 } else { 0.0 }, self.scores[if is_car { CLASS } else { 0 }]]
    }
}

/// A number from 0 to 1 that looks like chance.
fn chance(n: usize) -> f32 {
    ((n as f32 * 12.9898).sin() * 43_758.547).fract().abs()
}

/// Boxes as parts of the input.
fn parts([a, b, c, d]: [f32; 4]) -> [f32; 4] {
    [a / SIZE.0 as f32, b / SIZE.1 as f32, c / SIZE.0 as f32, d / SIZE.1 as f32]
}

fn logit(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

/// What candidates are meant to say: nothing, but for one car.
fn truths(cells: &[Cell], classes: usize) -> Vec<Truth> {
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
pub(super) fn of_grid(count: usize, classes: usize) -> Vec<Truth> {
    of_grid_in(SIZE, count, classes)
}

fn of_grid_in(size: (usize, usize), count: usize, classes: usize) -> Vec<Truth> {
    truths(&Grid::of(count, size, None).expect("strides add up").cells(), classes)
}

/// Candidates without a grid, all over the input; the car is one of them.
pub(super) fn of_queries(count: usize, classes: usize) -> Vec<Truth> {
    let cell = |n: usize| Cell { left: 110.0 * chance(n), top: 110.0 * chance(n + 1000), stride: 32.0 };
    let mut cells: Vec<Cell> = (0..count).map(cell).collect();
    cells[7] = Cell { left: 64.0, top: 32.0, stride: 32.0 };
    truths(&cells, classes)
}

/// Candidates as rows.
pub(super) fn rows(name: &str, truths: &[Truth], row: impl Fn(&Truth) -> Vec<f32>) -> Given {
    let all: Vec<Vec<f32>> = truths.iter().map(row).collect();
    Given { name: name.into(), shape: vec![1, all.len(), all[0].len()], values: all.concat() }
}

/// Candidates as columns.
pub(super) fn columns(name: &str, truths: &[Truth], row: impl Fn(&Truth) -> Vec<f32>) -> Given {
    let Given { shape, values, .. } = rows(name, truths, row);
    let (count, width) = (shape[1], shape[2]);
    let across = (0..width).flat_map(|value| (0..count).map(move |n| (n, value)));
    let values = across.map(|(n, value)| values[n * width + value]).collect();
    Given { name: name.into(), shape: vec![1, width, count], values }
}

/// An output that no box is in.
fn other(shape: &[usize]) -> Given {
    let values = (0..shape.iter().product()).map(|n| chance(n) - 0.5).collect();
    Given { name: format!("other{}", shape.len()), shape: shape.to_vec(), values }
}

pub(super) fn box_and_scores(truth: &Truth) -> Vec<f32> {
    [&truth.middles()[..], &truth.scores].concat()
}

fn with_objectness(of: [f32; 4], truth: &Truth) -> Vec<f32> {
    [&of[..], &[truth.objectness], &truth.scores].concat()
}

/// Logits for the values from `first` on.
fn logits(first: usize, mut row: Vec<f32>) -> Vec<f32> {
    row[first..].iter_mut().for_each(|value| *value = logit(*value));
    row
}

/// Coefficients or key points behind a row.
fn followed(mut row: Vec<f32>, by: usize, scale: f32) -> Vec<f32> {
    let first = row[0] as usize;
    row.extend((0..by).map(|n| (chance(n + first) - 0.3) * scale));
    row
}

/// A row of an end-to-end model.
fn ended(of: [f32; 4], truth: &Truth) -> Vec<f32> {
    let [class, score] = truth.best();
    [&of[..], &[score, class]].concat()
}

/// A side's distance as the logits of eight.
fn distances(truth: &Truth) -> Vec<f32> {
    let Cell { left, top, stride } = truth.cell;
    let [l, t, r, b] = truth.corners();
    let sides = [(left - l), (top - t), (r - left), (b - top)].map(|side| (side / stride).clamp(0.0, 7.0));
    let bins = |side: f32| (0..8).map(move |bin| (1.0 - (side - bin as f32).abs()).max(1e-6).ln().max(-14.0));
    sides.into_iter().flat_map(bins).collect()
}

struct Case {
    name: &'static str,
    size: (usize, usize),
    outputs: Vec<Given>,
    metadata: Vec<(&'static str, &'static str)>,
}

fn case(name: &'static str, outputs: Vec<Given>, metadata: &[(&'static str, &'static str)]) -> Case {
    Case { name, size: SIZE, outputs, metadata: metadata.to_vec() }
}

/// A file that names its classes.
fn named(name: &'static str, output: Given) -> Case {
    case(name, vec![output], &[("names", NAMES)])
}

/// Writes a file and loads it.
struct Loaded {
    detector: Detector,
    _folder: tempfile::TempDir,
}

fn load(case: &Case, asked: &[&str]) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("model.onnx");
    std::fs::write(&path, model_file(case.size, &case.outputs, &case.metadata)).expect("can be written");
    let classes = asked.iter().map(|class| (*class).to_owned()).collect();
    let settings = DetectSettings { confidence: 0.1, nms_iou: 0.45, classes, input: None };
    let detector = Detector::load(&path, settings).map_err(|error| error.to_string())?;
    Ok(Loaded { detector, _folder: folder })
}

/// A class, a confidence and a box.
type Thing = (String, f32, BBox);

/// What a file finds in a few pictures in the end, and how it is read; or why it is refused.
fn found(case: &Case) -> Result<(Vec<Thing>, String), String> {
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

/// Files with a grid of one box a cell.
fn free() -> Vec<Case> {
    let grid = || of_grid(525, 3);
    let coco = || of_grid(525, 80);
    let mut turned = columns("output0", &grid(), |t| followed(box_and_scores(t), 1, 0.0));
    // A quarter of a turn exchanges width and height; the angle's place is behind the scores.
    let count = turned.shape[2];
    let (width, height) =
        (turned.values[2 * count..3 * count].to_vec(), turned.values[3 * count..4 * count].to_vec());
    turned.values[2 * count..3 * count].copy_from_slice(&height);
    turned.values[3 * count..4 * count].copy_from_slice(&width);
    turned.values[7 * count..].fill(std::f32::consts::FRAC_PI_2);
    let points = |t: &Truth, by| followed(box_and_scores(t), by, 160.0);
    let one = || truths(&Grid::of(525, SIZE, None).expect("fits").cells(), 1);
    vec![
        named("v8", columns("output0", &grid(), box_and_scores)),
        case("v8, COCO without names", vec![columns("output0", &coco(), box_and_scores)], &[]),
        named("v8 transposed", rows("output0", &grid(), box_and_scores)),
        case("v8 transposed, COCO without names", vec![rows("output0", &coco(), box_and_scores)], &[]),
        named("v8 at strides 4 to 32", columns("output0", &of_grid(2125, 3), box_and_scores)),
        named("v8 at strides 8 and 16", columns("output0", &of_grid(500, 3), box_and_scores)),
        Case {
            size: (256, 256),
            ..named("v8 at strides 8 to 64", columns("o", &of_grid_in((256, 256), 1360, 3), box_and_scores))
        },
        named(
            "v8 in fractions",
            columns("output0", &grid(), |t| [&parts(t.middles())[..], &t.scores].concat()),
        ),
        named("v8 with logits", columns("output0", &grid(), |t| logits(4, box_and_scores(t)))),
        named("v8, scores first", columns("output0", &grid(), |t| [&t.scores[..], &t.middles()].concat())),
        named(
            "scores first, fractions, rows",
            rows("output0", &grid(), |t| [&t.scores[..], &parts(t.middles())].concat()),
        ),
        case(
            "v8 segmentation",
            vec![
                columns("output0", &grid(), |t| followed(box_and_scores(t), 32, 4.0)),
                other(&[1, 32, 40, 40]),
            ],
            &[("names", NAMES), ("task", "segment")],
        ),
        case(
            "v8 segmentation, COCO without names",
            vec![
                columns("output0", &coco(), |t| followed(box_and_scores(t), 32, 4.0)),
                other(&[1, 32, 40, 40]),
            ],
            &[],
        ),
        case(
            "v8 segmentation, only the boxes kept, without names",
            vec![columns("output0", &coco(), |t| followed(box_and_scores(t), 32, 4.0))],
            &[],
        ),
        case(
            "v8 pose",
            vec![columns("output0", &one(), |t| points(t, 51))],
            &[("names", "{0: 'car'}"), ("task", "pose"), ("kpt_shape", "[17, 3]")],
        ),
        case(
            "v8 pose, only names",
            vec![columns("o", &one(), |t| points(t, 51))],
            &[("names", "{0: 'car'}")],
        ),
        case(
            "v8 pose of five places",
            vec![columns("output0", &one(), |t| points(t, 10))],
            &[("names", "['car']"), ("task", "pose"), ("kpt_shape", "[5, 2]")],
        ),
        case("v8 turned boxes", vec![turned.clone()], &[("names", NAMES), ("task", "obb")]),
        named("v8 turned boxes, only names", turned),
        named("v6", rows("outputs", &grid(), |t| [&t.middles()[..], &[1.0], &t.scores].concat())),
        case(
            "v6, COCO without names",
            vec![rows("outputs", &coco(), |t| [&t.middles()[..], &[1.0], &t.scores].concat())],
            &[],
        ),
    ]
}

/// Files of YOLOX and NanoDet.
fn of_cells() -> Vec<Case> {
    let grid = || of_grid(525, 3);
    let coco = || of_grid(525, 80);
    let undecoded = |t: &Truth| with_objectness(t.offsets(), t);
    let nano = |t: &Truth| [&t.scores[..], &distances(t)].concat();
    vec![
        named("YOLOX", rows("output", &grid(), undecoded)),
        case("YOLOX, COCO without names", vec![rows("output", &coco(), undecoded)], &[]),
        case("YOLOX, three classes without names", vec![rows("output", &grid(), undecoded)], &[]),
        named("YOLOX with logits", rows("output", &grid(), |t| logits(4, undecoded(t)))),
        named("YOLOX decoded", rows("output", &grid(), |t| with_objectness(t.middles(), t))),
        case(
            "YOLOX decoded, COCO without names",
            vec![rows("output", &coco(), |t| with_objectness(t.middles(), t))],
            &[],
        ),
        named(
            "YOLOX decoded, logits",
            rows("output", &grid(), |t| logits(4, with_objectness(t.middles(), t))),
        ),
        named(
            "YOLOX decoded, fractions",
            rows("output", &grid(), |t| with_objectness(parts(t.middles()), t)),
        ),
        Case {
            size: (256, 256),
            ..named("YOLOX at strides 8 to 64", rows("output", &of_grid_in((256, 256), 1360, 3), undecoded))
        },
        Case {
            size: (416, 416),
            ..case("NanoDet-plus", vec![rows("output", &of_grid_in((416, 416), 3598, 80), nano)], &[])
        },
        named(
            "NanoDet with logits",
            rows("output", &grid(), |t| {
                [&t.scores.iter().copied().map(logit).collect::<Vec<_>>()[..], &distances(t)].concat()
            }),
        ),
    ]
}

/// Files with three boxes a cell.
fn anchored() -> Vec<Case> {
    let grid = || of_grid(3 * 525, 3);
    let pixels = |t: &Truth| with_objectness(t.middles(), t);
    vec![
        named("v5", rows("output0", &grid(), pixels)),
        case("v7, COCO without names", vec![rows("output", &of_grid(3 * 525, 80), pixels)], &[]),
        case(
            "v5 with its raw maps",
            vec![rows("output", &grid(), pixels), other(&[1, 3, 20, 20, 8]), other(&[1, 3, 10, 10, 8])],
            &[("names", NAMES), ("stride", "32")],
        ),
        Case {
            size: (256, 256),
            ..named("v5 at strides 8 to 64", rows("o", &of_grid_in((256, 256), 3 * 1360, 3), pixels))
        },
        named("v3-tiny", rows("output0", &of_grid(3 * 125, 3), pixels)),
        named("v5 in fractions", rows("output0", &grid(), |t| with_objectness(parts(t.middles()), t))),
        case(
            "v5 segmentation",
            vec![rows("output0", &grid(), |t| followed(pixels(t), 32, 4.0)), other(&[1, 32, 40, 40])],
            &[("names", NAMES)],
        ),
        case(
            "v7 pose",
            vec![rows("output", &of_grid(3 * 525, 1), |t| followed(pixels(t), 51, 160.0))],
            &[("names", "car")],
        ),
    ]
}

/// Files without a grid.
fn queries() -> Vec<Case> {
    let some = || of_queries(300, 3);
    let mut padded = rows("output0", &some(), |t| ended(t.corners(), t));
    padded.values.chunks_exact_mut(6).filter(|row| row[4] < 0.5).for_each(|row| row.fill(0.0));
    let with_picture = |t: &Truth| {
        let [class, score] = t.best();
        [&[0.0], &t.corners()[..], &[class, score]].concat()
    };
    let mut ended7 = rows("output", &of_queries(100, 3), with_picture);
    ended7.shape.remove(0);
    vec![
        case(
            "RT-DETR",
            vec![rows("o", &of_queries(300, 80), |t| [&parts(t.middles())[..], &t.scores].concat())],
            &[],
        ),
        named(
            "RT-DETR, logits",
            rows("o", &some(), |t| logits(4, [&parts(t.middles())[..], &t.scores].concat())),
        ),
        case(
            "RT-DETR of two classes",
            vec![rows("o", &of_queries(300, 3), |t| [&parts(t.middles())[..], &t.scores[1..]].concat())],
            &[("names", "['person', 'car']")],
        ),
        named("end to end", rows("output0", &some(), |t| ended(t.corners(), t))),
        named("end to end, padded with zeros", padded),
        named("end to end in fractions", rows("output0", &some(), |t| ended(parts(t.corners()), t))),
        named(
            "end to end, class first",
            rows("output0", &some(), |t| {
                let [class, score] = t.best();
                [&t.corners()[..], &[class, score]].concat()
            }),
        ),
        named("v7 end to end", ended7),
        case(
            "end to end segmentation",
            vec![rows("o", &some(), |t| followed(ended(t.corners(), t), 32, 4.0)), other(&[1, 32, 40, 40])],
            &[("names", NAMES), ("task", "segment"), ("end2end", "True")],
        ),
        case(
            "end to end pose",
            vec![rows("o", &some(), |t| followed(ended(t.corners(), t), 51, 160.0))],
            &[("names", NAMES), ("task", "pose")],
        ),
    ]
}

/// Files with boxes in one output and scores in another.
fn split() -> Vec<Case> {
    let grid = || of_grid(525, 3);
    let scores = |t: &Truth| t.scores.clone();
    let pair = |name, boxes, scores| case(name, vec![boxes, scores], &[("names", NAMES)]);
    let mut four = rows("boxes", &of_grid(3 * 525, 3), |t| parts(t.corners()).to_vec());
    four.shape = vec![1, 3 * 525, 1, 4];
    vec![
        pair("split", rows("a", &grid(), |t| t.middles().to_vec()), rows("b", &grid(), scores)),
        pair("split, corners", rows("a", &grid(), |t| t.corners().to_vec()), rows("b", &grid(), scores)),
        pair(
            "split, columns",
            columns("a", &grid(), |t| t.middles().to_vec()),
            columns("b", &grid(), scores),
        ),
        pair(
            "cut before its suppression",
            rows("a", &grid(), |t| t.corners().to_vec()),
            columns("b", &grid(), scores),
        ),
        pair("split, scores first", rows("b", &grid(), scores), rows("a", &grid(), |t| t.middles().to_vec())),
        pair(
            "split, fractions, logits",
            rows("a", &grid(), |t| parts(t.middles()).to_vec()),
            rows("b", &grid(), |t| logits(0, t.scores.clone())),
        ),
        pair("v4", four, rows("confs", &of_grid(3 * 525, 3), scores)),
        pair(
            "DETR",
            rows("dets", &of_queries(100, 3), |t| parts(t.middles()).to_vec()),
            rows("labels", &of_queries(100, 3), |t| logits(0, t.scores.clone())),
        ),
    ]
}

/// Files whose names, or values, are odd.
fn odd() -> Vec<Case> {
    let grid = || of_grid(525, 3);
    let v8 = || columns("output0", &grid(), box_and_scores);
    let mut broken = v8();
    (broken.values[4 * 525 + 3], broken.values[525 + 9]) = (f32::NAN, f32::INFINITY);
    let mut infinite = rows("output", &grid(), |t| with_objectness(t.offsets(), t));
    (infinite.values[8 * 400 + 2], infinite.values[8 * 400 + 4], infinite.values[8 * 400 + 7]) =
        (900.0, 1.0, 1.0);
    let names = |name, names| case(name, vec![v8()], &[("names", names)]);
    vec![
        named("two values that are no numbers", broken),
        named("a size that overflows", infinite),
        names("names in JSON", r#"{"0": "person", "1": "bicycle", "2": "car"}"#),
        names("names in a list", "[\"person\", 'bicycle', 'car']"),
        names("names out of order", "{2: 'car', 0: 'person', 1: \"bicycle\"}"),
        names("names by number", "{\"person\": 0, \"bicycle\": 1, \"car\": 2}"),
        case(
            "a family by its name",
            vec![rows("o", &grid(), box_and_scores)],
            &[("head", "v8"), ("labels", NAMES)],
        ),
    ]
}

/// Files that are no detectors known here, each with a word of the reason.
fn refused() -> Vec<(Case, &'static str)> {
    let grid = || of_grid(525, 3);
    let garbage = Given {
        name: "o".into(),
        shape: vec![1, 7, 525],
        values: (0..7 * 525).map(|n| 200.0 * (chance(n) - 0.5)).collect(),
    };
    let unclear = |t: &Truth| [&t.middles()[..], &[t.objectness], &t.scores[..2]].concat();
    vec![
        (case("a classifier", vec![other(&[1, 1000])], &[]), "sorts pictures"),
        (
            case("a classifier by its task", vec![other(&[1, 1000])], &[("task", "classify")]),
            "task is classify",
        ),
        (
            case(
                "maps of v8",
                vec![other(&[1, 67, 20, 20]), other(&[1, 67, 10, 10]), other(&[1, 67, 5, 5])],
                &[],
            ),
            "maps of features",
        ),
        (
            case("maps of v5", vec![other(&[1, 3, 20, 20, 8]), other(&[1, 3, 10, 10, 8])], &[]),
            "maps of features",
        ),
        (case("a segmentation of areas", vec![other(&[1, 21, 160, 160])], &[]), "maps of features"),
        (case("a picture", vec![other(&[1, 3, 160, 160])], &[]), "maps of features"),
        (case("SSD", vec![other(&[1, 8732, 4]), other(&[1, 8732, 21])], &[]), "no grid"),
        (
            case(
                "a class for the background",
                vec![
                    rows("boxes", &of_queries(100, 3), |t| parts(t.middles()).to_vec()),
                    rows("scores", &of_queries(100, 4), |t| t.scores.clone()),
                ],
                &[("names", NAMES)],
            ),
            "background",
        ),
        (
            case("v8 before its boxes are decoded", vec![other(&[1, 67, 525])], &[("names", NAMES)]),
            "decoding",
        ),
        (case("numbers that are no boxes", vec![garbage], &[("names", NAMES)]), "laid out like none"),
        (case("objectness or not", vec![rows("o", &grid(), unclear)], &[]), ".names"),
        (
            case(
                "YOLOX of COCO that names one class",
                vec![rows("o", &of_grid(525, 80), |t| with_objectness(t.offsets(), t))],
                &[("names", "['car']")],
            ),
            "names 1 class and its outputs tell 80",
        ),
        (case("candidates of no grid", vec![other(&[1, 7, 1234])], &[("names", NAMES)]), "no grid"),
        (case("boxes without scores", vec![other(&[1, 525, 4])], &[]), "decoding"),
        (case("all scores alike", vec![other(&[1, 300, 7])], &[("names", NAMES)]), "laid out like none"),
    ]
}

#[test]
fn model_files_of_every_kind_are_read_rightly() {
    let cases: Vec<Case> =
        [free(), of_cells(), anchored(), queries(), split(), odd()].into_iter().flatten().collect();
    assert!(cases.len() >= 40, "{} files", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let told = match found(case) {
            Err(why) => format!("refused: {why}"),
            Ok((found, reading)) => {
                let sure: Vec<_> = found.iter().filter(|(_, confidence, _)| *confidence >= 0.3).collect();
                let is_car = |(class, confidence, bbox): &Thing| {
                    ["car", "class 2"].contains(&class.as_str())
                        && (0.8..=1.0).contains(confidence)
                        && bbox.iou(&CAR) > 0.9
                };
                println!("{}: {reading}", case.name);
                match &sure[..] {
                    [one] if is_car(one) && !reading.contains("wrong") => continue,
                    _ => format!("{reading}: {} found, such as {:?}", sure.len(), sure.first()),
                }
            }
        };
        wrong.push_str(&format!("{}: {told}\n", case.name));
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn files_that_are_no_detectors_are_refused_with_the_reason() {
    let mut wrong = String::new();
    for (case, reason) in refused() {
        let told = match found(&case) {
            Ok((found, reading)) => format!("{reading}: {} found", found.len()),
            Err(why) if why.contains("model.onnx") && why.contains(reason) => {
                println!("{}: {why}", case.name);
                continue;
            }
            Err(why) => why,
        };
        wrong.push_str(&format!("{}: {told}\n", case.name));
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn classes_that_are_asked_for_are_told_by_name_in_any_case() {
    let v8 = named("v8", columns("output0", &of_grid(525, 3), box_and_scores));
    let picture = Picture::Planes(Planes::grey(SIZE.0, SIZE.1, 120));
    for (asked, count) in [(&["Car", "bicycle"][..], 1), (&[" PERSON"], 0)] {
        let mut loaded = load(&v8, asked).unwrap_or_else(|why| panic!("{asked:?}: {why}"));
        assert_eq!(loaded.detector.detect(&picture).expect("runs").len(), count, "{asked:?}");
    }
    let why = load(&v8, &["persn"]).err().expect("no such class");
    assert!(why.contains("knows no class \"persn\" (did you mean person?)"), "{why}");
}
