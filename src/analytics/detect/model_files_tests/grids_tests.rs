//! Files whose candidates are the cells of grids, one box a cell, with scores alone.

use super::fixtures::{
    Case, Truth, box_and_scores, case, columns, logits, named, of_grid, of_grid_in, parts, rows,
};

/// YOLOv8 and its like, and YOLOv6.
pub fn cases() -> Vec<Case> {
    [decoded(), otherwise(), v6()].concat()
}

fn coco() -> Vec<Truth> {
    of_grid(525, 80)
}

fn grid() -> Vec<Truth> {
    of_grid(525, 3)
}

/// As exports have them, at several strides.
fn decoded() -> Vec<Case> {
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
    ]
}

/// In fractions, with logits, and with the scores first.
fn otherwise() -> Vec<Case> {
    vec![
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
    ]
}

/// With objectness that is always 1.
fn v6() -> Vec<Case> {
    let row = |t: &Truth| [&t.middles()[..], &[1.0], &t.scores].concat();
    vec![
        named("v6", rows("outputs", &grid(), row)),
        case("v6, COCO without names", vec![rows("outputs", &coco(), row)], &[]),
    ]
}
