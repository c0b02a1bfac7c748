//! Model files of every kind that people have: each is read rightly, or refused with the reason.

mod anchors_tests;
mod apart_tests;
mod cells_tests;
mod extras_tests;
pub(super) mod fixtures;
mod grids_tests;
mod naming_tests;
mod odd_tests;
mod queries_tests;
mod refused_tests;

use fixtures::{CAR, Case, Thing, found};

#[test]
fn model_files_of_every_kind_are_read_rightly() {
    let kinds = [
        grids_tests::cases(),
        extras_tests::cases(),
        cells_tests::cases(),
        anchors_tests::cases(),
        queries_tests::cases(),
        apart_tests::cases(),
        odd_tests::cases(),
    ];
    let cases: Vec<Case> = kinds.into_iter().flatten().collect();
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
