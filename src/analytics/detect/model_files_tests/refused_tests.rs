//! Files that are no detectors known here, or cannot be told: each is refused with the reason.

use super::fixtures::*;
use crate::analytics::detect::fixtures::Given;

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
