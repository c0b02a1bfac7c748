//! Whole pictures: what is painted where, and what is not.

use super::*;
use crate::{
    analytics::Kind,
    cameras::Survey,
    fixtures::found_nothing,
    nouns::{
        count::LineCount,
        place::{BBox, Line, Velocity},
        result::{Crowd, FrameRef, Grid, Object, RiskLevel},
    },
    overlay::{
        density::Density,
        heat::Tint,
        ink::{Ink, NEUTRAL},
        known::Seen,
    },
};

const START_US: u64 = 1_700_000_000_000_000;

/// The frame of all these pictures.
const FRAME: (usize, usize) = (640, 360);

const GROUND: u8 = 100;

/// Somebody who walks to the right, and a line that has been crossed.
fn objects() -> AnalyticsResult {
    let object = Object {
        track_id: 7,
        class: "person".into(),
        confidence: 0.9,
        bbox: BBox { x1: 100.0, y1: 120.0, x2: 160.0, y2: 280.0 },
        velocity: Velocity { x: 100.0, y: 0.0 },
        speed_kmh: Some(4.0),
        trail: Vec::new(),
    };
    AnalyticsResult {
        captured_us: START_US,
        finished_us: START_US + 30_000,
        objects: Some(vec![object]),
        counted: Some(FrameRef { frame: 1, captured_us: START_US }),
        lines: vec![LineCount { id: "gate".into(), inbound: 3, ..LineCount::default() }],
        ..found_nothing()
    }
}

/// Many people in the lower right corner.
fn crowd() -> AnalyticsResult {
    let mut people = vec![0.0; 60 * 40];
    people[60 * 40 - 1] = 20.0;
    let crowd = Crowd { total: 20.0, grid: Grid { cols: 60, people }, risk: RiskLevel::High };
    AnalyticsResult { crowd: Some(crowd), objects: None, captured_us: START_US, ..found_nothing() }
}

fn survey() -> Survey {
    Survey { lines: vec![Line::new("gate", [0.6, 0.2], [0.9, 0.2])], ..Survey::default() }
}

/// A picture `age_ms` after the results, with those layers, so many times smaller.
fn painted(age_ms: u64, layers: Layers, scale: u32) -> Planes {
    let (width, height) = (FRAME.0.div_ceil(scale as usize), FRAME.1.div_ceil(scale as usize));
    let mut planes = Planes::grey(width, height, GROUND);
    let (objects, crowd, survey) = (objects(), crowd(), survey());
    let grid = &crowd.crowd.as_ref().expect("people").grid;
    let tint = Tint::of(&Density::of(grid), (width, height));
    let seen = |result| Some(Seen { result, since_us: None });
    let known =
        Known { objects: seen(&objects), crowd: seen(&crowd), tint: Some(&tint), survey: Some(&survey) };
    let sheet = Sheet { frame: FRAME, scale, captured_us: START_US + age_ms * 1000, take: 0 };
    paint(&mut planes, &sheet, &known, layers);
    planes
}

fn only(name: &str) -> Layers {
    Layers::NONE.with(name).expect("is a layer")
}

/// Whether anything is painted in a part of a picture: columns and rows, from and to.
fn is_painted(planes: &Planes, columns: [usize; 2], rows: [usize; 2]) -> bool {
    let rows = planes.y.chunks_exact(planes.width).take(rows[1]).skip(rows[0]);
    rows.flat_map(|row| &row[columns[0]..columns[1]]).any(|luma| *luma != GROUND)
}

#[test]
fn a_box_is_where_the_thing_is_at_the_moment_of_the_picture() {
    for (age_ms, x) in [(0, 100), (200, 120), (499, 150)] {
        let planes = painted(age_ms, only("boxes"), 1);
        let ink = Ink::of_kind(Kind::Person);
        let at = |x: usize, y: usize| planes.y[y * 640 + x];
        assert_eq!([at(x, 200), at(x + 59, 200), at(x + 30, 121)], [ink.luma; 3], "after {age_ms} ms");
        assert_eq!(planes.v[100 * 320 + x / 2], ink.red);
        assert_eq!([at(x + 30, 200), at(x - 5, 200), at(x + 65, 200)], [GROUND; 3]);
    }
}

#[test]
fn each_layer_paints_its_own_and_nothing_else() {
    // The box, its label, the crowd and the line, each in a part of its own.
    let parts = |layers| {
        let planes = painted(0, layers, 1);
        [
            is_painted(&planes, [95, 170], [118, 285]),
            is_painted(&planes, [95, 260], [100, 118]),
            is_painted(&planes, [560, 640], [300, 360]),
            is_painted(&planes, [370, 590], [40, 100]),
        ]
    };
    assert_eq!(parts(only("boxes")), [true, false, false, false]);
    assert_eq!(parts(only("labels")), [false, true, false, false]);
    assert_eq!(parts(only("heat")), [false, false, true, false]);
    assert_eq!(parts(only("lines")), [false, false, false, true]);
    assert_eq!(parts(Layers::ALL), [true; 4]);
    assert_eq!(painted(0, Layers::NONE, 1), Planes::grey(640, 360, GROUND));
}

#[test]
fn what_is_too_old_is_not_painted_and_lines_stay() {
    let old = painted(60_000, Layers::ALL, 1);
    assert!(!is_painted(&old, [0, 640], [150, 360]));
    let line = &old.y[72 * 640 + 400..][..16];
    assert!(line.iter().all(|luma| *luma == NEUTRAL.luma), "{line:?}");
}

#[test]
fn boxes_of_a_while_ago_are_dashed_and_their_age_is_written() {
    let old = painted(1500, only("boxes"), 1);
    assert!(is_painted(&old, [8, 120], [330, 352]), "their age");
    assert!(!is_painted(&painted(900, only("boxes"), 1), [8, 120], [330, 352]));
    let side: Vec<u8> = (130..270).map(|y| old.y[y * 640 + 150]).collect();
    let steps = side.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(steps > 20, "{steps} steps along the side of a dashed box");
}

#[test]
fn a_smaller_picture_has_its_boxes_at_its_scale_and_letters_as_large() {
    let quarter = painted(0, Layers::ALL, 4);
    assert_eq!((quarter.width, quarter.height), (160, 90));
    assert!(is_painted(&quarter, [24, 26], [40, 60]) && is_painted(&quarter, [38, 40], [40, 60]));
    assert!(!is_painted(&quarter, [30, 34], [40, 60]));
}

#[test]
fn without_anything_known_a_picture_stays_as_it_is() {
    let mut planes = Planes::grey(640, 360, GROUND);
    let sheet = Sheet { frame: FRAME, scale: 1, captured_us: START_US, take: 0 };
    paint(&mut planes, &sheet, &Known::default(), Layers::ALL);
    let (mut nothing, empty) = (found_nothing(), Survey::default());
    nothing.captured_us = START_US;
    let seen = Some(Seen { result: &nothing, since_us: Some(0) });
    let known = Known { objects: seen, crowd: seen, tint: None, survey: Some(&empty) };
    paint(&mut planes, &sheet, &known, Layers::ALL);
    assert_eq!(planes, Planes::grey(640, 360, GROUND));
}

#[test]
fn pictures_of_any_size_and_scale_are_painted_without_harm() {
    for scale in [1, 2, 4, 8, 64, 1000] {
        painted(0, Layers::ALL, scale);
        painted(1500, Layers::ALL, scale);
    }
    let (objects, survey) = (objects(), survey());
    for (width, height) in [(0, 0), (1, 1), (3, 2), (641, 361), (100, 1)] {
        let mut planes = Planes::grey(width, height, GROUND);
        let seen = Some(Seen { result: &objects, since_us: None });
        let known = Known { objects: seen, survey: Some(&survey), ..Known::default() };
        // A frame of another size than the picture says: a source that changes in this moment.
        for frame in [(width, height), FRAME, (0, 0), (4000, 3000)] {
            paint(
                &mut planes,
                &Sheet { frame, scale: 1, captured_us: START_US, take: 0 },
                &known,
                Layers::ALL,
            );
        }
        assert_eq!(planes.y.len(), width * height);
    }
}
