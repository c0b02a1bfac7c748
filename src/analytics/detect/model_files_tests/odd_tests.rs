//! Files whose names, or values, are odd.

use super::fixtures::*;

/// Files whose names, or values, are odd.
pub fn cases() -> Vec<Case> {
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
