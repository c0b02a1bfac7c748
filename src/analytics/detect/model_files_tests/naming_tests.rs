//! Names of classes through whole files: what is asked for, what is assumed, and what is said of it.

use super::fixtures::*;
use crate::{frame::Picture, nouns::picture::Planes};

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

/// A file that is end to end and names nothing, whose car is of that class.
fn nameless(class: f32) -> Case {
    let row = |t: &Truth| {
        let [of_car, score] = t.best();
        [&t.corners()[..], &[score, if of_car > 0.0 { class } else { 0.0 }]].concat()
    };
    case("end to end without names", vec![rows("output0", &of_queries(300, 3), row)], &[])
}

/// Classes found in a picture in the end, and what is said of the file.
fn told(case: &Case, asked: &[&str]) -> Result<(Vec<String>, String), String> {
    let mut loaded = load(case, asked)?;
    let picture = Picture::Planes(Planes::grey(SIZE.0, SIZE.1, 120));
    let mut found = Vec::new();
    for _ in 0..6 {
        found = loaded.detector.detect(&picture).map_err(|error| error.to_string())?;
    }
    let sure = found.iter().filter(|one| one.confidence >= 0.3);
    Ok((sure.map(|one| one.class.to_string()).collect(), loaded.detector.warning().unwrap_or_default()))
}

#[test]
fn names_that_are_only_assumed_are_said_to_be_and_dropped_where_they_are_wrong() {
    let (found, warning) = told(&nameless(2.0), &[]).unwrap_or_else(|why| panic!("{why}"));
    assert!(found == ["car"] && warning.contains("taken to know those of COCO"), "{found:?}: {warning}");
    let (found, warning) = told(&nameless(93.0), &[]).unwrap_or_else(|why| panic!("{why}"));
    assert!(found == ["class 93"] && warning.contains("93 is none of COCO's"), "{found:?}: {warning}");
    let why = told(&nameless(93.0), &["car"]).expect_err("nobody knows which is a car");
    assert!(why.contains("knows no class \"car\""), "{why}");
}

#[test]
fn a_class_that_is_asked_for_is_judged_once_it_is_known_how_many_there_are() {
    // Without names 112 classes are as good as 80 and a mask, until there are results.
    let row = |t: &Truth| followed(box_and_scores(t), 32, 4.0);
    let masks = case("masks without names", vec![columns("output0", &of_grid(525, 80), row)], &[]);
    let (found, _) = told(&masks, &["car"]).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(found, ["car"]);
    let why = told(&masks, &["cart"]).expect_err("COCO has none");
    assert!(why.contains("did you mean car?"), "{why}");
}
