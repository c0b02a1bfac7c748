//! Files of YOLOX and NanoDet: one box a cell, decoded or not.

use super::fixtures::*;

/// Files of YOLOX and NanoDet.
pub fn cases() -> Vec<Case> {
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
