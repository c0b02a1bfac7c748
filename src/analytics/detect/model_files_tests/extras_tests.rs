//! Files whose candidates hold more than boxes and scores: masks, key points, angles.

use super::fixtures::{
    Case, NAMES, SIZE, Truth, box_and_scores, case, columns, followed, named, of_grid, other, truths,
};
use crate::analytics::detect::{fixtures::Given, grid::Grid};

/// Segmentation, pose and turned boxes of YOLOv8 and its like.
pub fn cases() -> Vec<Case> {
    [masks(), points(), angles()].concat()
}

/// With coefficients of masks, and mostly an output of prototypes.
fn masks() -> Vec<Case> {
    let (grid, coco) = (|| of_grid(525, 3), || of_grid(525, 80));
    vec![
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
    ]
}

/// With key points.
fn points() -> Vec<Case> {
    let one = || truths(&Grid::of(525, SIZE, None).expect("fits").cells(), 1);
    let points = |t: &Truth, by| followed(box_and_scores(t), by, 160.0);
    vec![
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
    ]
}

/// Turned boxes: a quarter of a turn exchanges width and height.
fn angles() -> Vec<Case> {
    let turned = turned();
    vec![
        case("v8 turned boxes", vec![turned.clone()], &[("names", NAMES), ("task", "obb")]),
        named("v8 turned boxes, only names", turned),
    ]
}

fn turned() -> Given {
    let mut turned = columns("output0", &of_grid(525, 3), |t| followed(box_and_scores(t), 1, 0.0));
    let count = turned.shape[2];
    let (width, height) =
        (turned.values[2 * count..3 * count].to_vec(), turned.values[3 * count..4 * count].to_vec());
    turned.values[2 * count..3 * count].copy_from_slice(&height);
    turned.values[3 * count..4 * count].copy_from_slice(&width);
    turned.values[7 * count..].fill(std::f32::consts::FRAC_PI_2);
    turned
}
