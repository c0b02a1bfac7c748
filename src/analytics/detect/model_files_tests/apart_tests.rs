//! Files with boxes, scores and classes in outputs of their own.

use super::fixtures::*;
use crate::analytics::detect::fixtures::Given;

/// Files with two outputs, and with more.
pub fn cases() -> Vec<Case> {
    [pairs(), parted(), of_tensorflow()].concat()
}

/// Files with boxes, scores and numbers of classes.
fn parted() -> Vec<Case> {
    let some = || of_queries(100, 3);
    let grid = || of_grid(525, 3);
    let count = || Given { name: "num_dets".into(), shape: vec![1, 1], values: vec![1.0] };
    let corners = |t: &Truth| t.corners().to_vec();
    let numbers = |name: &str, of: &[Truth]| singles(name, of, |t| t.best()[0]);
    let scores = |name: &str, of: &[Truth]| singles(name, of, |t| t.best()[1]);
    let with_score = |t: &Truth| [&t.corners()[..], &[t.best()[1]]].concat();
    let four = |boxes, scores, numbers| vec![count(), boxes, scores, numbers];
    let all = |name, outputs| case(name, outputs, &[("names", NAMES)]);
    vec![
        all(
            "TensorRT's suppression, read back",
            four(
                rows("det_boxes", &some(), corners),
                scores("det_scores", &some()),
                numbers("det_classes", &some()),
            ),
        ),
        all(
            "four outputs without names",
            four(rows("1", &some(), corners), scores("2", &some()), numbers("3", &some())),
        ),
        all("MMDeploy", vec![rows("dets", &some(), with_score), numbers("labels", &some())]),
        all(
            "three outputs of a grid",
            vec![rows("boxes", &grid(), corners), scores("scores", &grid()), numbers("class_idx", &grid())],
        ),
    ]
}

/// Files of TensorFlow's, with y before x.
fn of_tensorflow() -> Vec<Case> {
    let some = || of_queries(100, 3);
    let boxes = |name: &str, of: &[Truth]| rows(name, of, |t| y_first(parts(t.corners())).to_vec());
    let outputs = || {
        vec![
            boxes("detection_boxes", &some()),
            singles("detection_classes", &some(), |t| t.best()[0] + 1.0),
            rows("detection_multiclass_scores", &some(), |t| [&[0.0], &t.scores[..]].concat()),
            singles("detection_scores", &some(), |t| t.best()[1]),
            Given { name: "num_detections".into(), shape: vec![1], values: vec![100.0] },
            boxes("raw_detection_boxes", &of_grid(525, 3)),
            rows("raw_detection_scores", &of_grid(525, 3), |t| [&[0.0], &t.scores[..]].concat()),
        ]
    };
    let pair = |name| {
        let scores = rows("b", &of_grid(525, 3), |t| t.scores.clone());
        case(name, vec![boxes("a", &of_grid(525, 3)), scores], &[("names", NAMES)])
    };
    let producer = "tf2onnx 1.16.1";
    vec![
        Case { producer, ..case("TensorFlow's object detection", outputs(), &[("names", NAMES)]) },
        Case { producer, ..case("TensorFlow's object detection, without names", outputs(), &[]) },
        case("TensorFlow's object detection, rewritten", outputs(), &[("names", NAMES)]),
        Case { producer, ..pair("split, of TensorFlow") },
        pair("split, y before x, which only the cells tell"),
    ]
}

/// Files with boxes in one output and scores in another.
fn pairs() -> Vec<Case> {
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
