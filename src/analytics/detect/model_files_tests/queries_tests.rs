//! Files of a few hundred boxes without a grid: transformers, and what is end to end.

use super::fixtures::*;
use crate::analytics::detect::grid::Grid;

/// Transformers, and what is end to end.
pub fn cases() -> Vec<Case> {
    [ended_cases(), detr(), open(), efficient_det()].concat()
}

/// DETR, whose last score is that of nothing.
fn detr() -> Vec<Case> {
    let some = |classes| of_queries(100, classes);
    let boxes = |classes| rows("pred_boxes", &some(classes), |t| parts(t.middles()).to_vec());
    let apart = |name, classes, car, metadata| {
        let logits = rows("logits", &some(classes), |t| detr_logits(t, classes, car));
        case(name, vec![logits, boxes(classes)], metadata)
    };
    let softmax = |t: &Truth| {
        let sum: f32 = detr_logits(t, 3, 2).iter().map(|logit| logit.exp()).sum();
        detr_logits(t, 3, 2).iter().map(|logit| logit.exp() / sum).collect()
    };
    vec![
        apart("DETR with a class for nothing", 3, 2, &[("names", NAMES)]),
        apart("DETR by COCO's own numbers, without names", 91, 3, &[]),
        apart("DETR of three classes without names", 3, 2, &[]),
        case(
            "DETR with a class for nothing, probabilities",
            vec![rows("logits", &some(3), softmax), boxes(3)],
            &[("names", NAMES)],
        ),
        named(
            "DETR in one output",
            rows("o", &some(3), |t| [&parts(t.middles())[..], &detr_logits(t, 3, 2)].concat()),
        ),
    ]
}

/// Inputs at which a grid would happen to have as many cells as there are boxes.
fn open() -> Vec<Case> {
    let size = (640, 384);
    assert!(Grid::of(300, size, None).is_some(), "or this tests nothing");
    let parts = |of: [f32; 4]| [of[0] / 640.0, of[1] / 384.0, of[2] / 640.0, of[3] / 384.0];
    let one = |t: &Truth| [&parts(t.middles())[..], &t.scores].concat();
    let boxes = rows("boxes", &of_queries(300, 3), |t| parts(t.middles()).to_vec());
    let scores = rows("scores", &of_queries(300, 3), |t| logits(0, t.scores.clone()));
    vec![
        Case { size, ..case("RT-DETR, open", vec![rows("o", &of_queries(300, 80), one)], &[]) },
        Case { size, ..named("RT-DETR of three classes, open", rows("o", &of_queries(300, 3), one)) },
        Case { size, ..case("RT-DETR, open, apart", vec![boxes, scores], &[("names", NAMES)]) },
        Case { size, ..named("end to end, open", rows("o", &of_queries(300, 3), |t| ended(t.corners(), t))) },
    ]
}

/// EfficientDet, whose boxes have y before x, the score before the class, and classes from 1 on.
fn efficient_det() -> Vec<Case> {
    let row = |t: &Truth| {
        let [class, score] = t.best();
        [&[0.0], &y_first(t.corners())[..], &[score, class + 1.0]].concat()
    };
    let output = || rows("detections", &of_queries(100, 3), row);
    vec![
        Case { producer: "tf2onnx", ..named("EfficientDet", output()) },
        named("EfficientDet, rewritten by another program", output()),
        case("EfficientDet without names", vec![output()], &[]),
    ]
}

/// Files without a grid.
fn ended_cases() -> Vec<Case> {
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
