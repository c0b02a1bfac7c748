//! Files with three boxes a cell: YOLOv5, v7 and v3.

use super::fixtures::*;

/// Files with three boxes a cell.
pub fn cases() -> Vec<Case> {
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
