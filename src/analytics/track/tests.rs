//! Scenarios in simulated time: detections of made-up people in, who the tracker says they are out.

use std::{collections::HashMap, sync::Arc};

use super::*;
use crate::analytics::appearance::Appearance;

const BLUE: [u8; 3] = [200, 60, 30];
const RED: [u8; 3] = [30, 60, 200];

fn millis(time: u64) -> Duration {
    Duration::from_millis(1_000_000 + time)
}

fn look(at: Duration) -> Look {
    Look { at, apart: Duration::ZERO }
}

fn found(class: &str, confidence: f32, x: f32, y: f32) -> Detection {
    let bbox = BBox { x1: x - 10.0, y1: y - 25.0, x2: x + 10.0, y2: y + 25.0 };
    Detection {
        class: Arc::from(class),
        confidence,
        bbox,
        appearance: Appearance::plain(BLUE),
        is_under: false,
    }
}

fn person(x: f32, y: f32) -> Detection {
    found("person", 0.9, x, y)
}

#[test]
fn after_a_long_pause_everybody_is_new() {
    let mut tracker = Tracker::new(0.3);
    for n in 0..10 {
        tracker.step(look(millis(n * 100)), &[person(100.0, 100.0)]);
    }
    let mut seen = Vec::new();
    for n in 0..10 {
        seen.extend(ids(&tracker.step(look(millis(60_000 + n * 100)), &[person(140.0, 120.0)])));
    }
    seen.dedup();
    assert_eq!(seen, [2]);
}

#[test]
fn a_second_box_on_somebody_is_nobody_new() {
    let mut tracker = Tracker::new(0.3);
    let mut seen = Vec::new();
    for n in 0..40 {
        let twice = [person(100.0, 200.0), found("person", 0.5, 108.0, 206.0)];
        seen.extend(ids(&tracker.step(look(millis(n * 100)), if n < 5 { &twice[..1] } else { &twice })));
    }
    seen.dedup();
    assert_eq!(seen, [1]);
}

fn clad(colour: [u8; 3], x: f32, y: f32) -> Detection {
    Detection { appearance: Appearance::plain(colour), ..person(x, y) }
}

#[test]
fn where_one_box_is_left_of_two_people_it_is_his_whose_clothes_it_shows() {
    let mut tracker = Tracker::new(0.3);
    for n in 0..20 {
        tracker.step(
            look(millis(n * 100)),
            &[clad(BLUE, 60.0 + n as f32 * 2.0, 200.0), clad(RED, 110.0, 204.0)],
        );
    }
    // The box is nearer to where the blue one is expected, but red.
    let tracks = tracker.step(look(millis(2_000)), &[clad(RED, 103.0, 201.0)]);
    let seen: Vec<&Track> = tracks.iter().filter(|track| track.is_seen).collect();
    assert_eq!(seen.iter().map(|track| track.id).collect::<Vec<_>>(), [2]);
}

#[test]
fn who_is_hidden_by_somebody_is_shown_for_a_moment_where_he_is_expected() {
    let mut tracker = Tracker::new(0.3);
    let mut hidden = Vec::new();
    for n in 0..40 {
        let both = [clad(RED, 104.0, 204.0), clad(BLUE, 60.0 + n as f32 * 2.0, 200.0)];
        let tracks = tracker.step(look(millis(n * 100)), if n < 20 { &both } else { &both[..1] });
        hidden.extend(
            tracks.iter().filter(|track| !track.is_seen).map(|track| (track.id, n, track.bbox.foot()[0])),
        );
    }
    assert_eq!(
        hidden.iter().map(|(id, n, _)| (*id, *n)).collect::<Vec<_>>(),
        [20, 21, 22, 23, 24].map(|n| (2, n))
    );
    assert!(hidden.iter().all(|(_, n, x)| (x - (60.0 + *n as f32 * 2.0)).abs() < 3.0), "{hidden:?}");
}

#[test]
fn who_vanishes_where_nobody_stands_is_not_shown() {
    let mut tracker = Tracker::new(0.3);
    for n in 0..10 {
        tracker.step(look(millis(n * 100)), &[person(100.0, 200.0)]);
    }
    assert!(tracker.step(look(millis(1_000)), &[]).is_empty());
}

#[test]
fn a_box_under_another_keeps_who_is_known_and_starts_nobody() {
    let mut tracker = Tracker::new(0.3);
    let under = |x| Detection { is_under: true, ..clad(BLUE, x, 200.0) };
    for n in 0..20 {
        tracker.step(
            look(millis(n * 100)),
            &[clad(BLUE, 60.0 + n as f32 * 2.0, 200.0), clad(RED, 107.0, 204.0)],
        );
    }
    for n in 20..25 {
        let tracks = tracker.step(
            look(millis(n * 100)),
            &[clad(RED, 107.0, 204.0), under(60.0 + n as f32 * 2.0), under(300.0)],
        );
        assert!(
            tracks.iter().map(|track| (track.id, track.is_seen)).eq([(1, true), (2, true)]),
            "{tracks:?}"
        );
    }
}

#[test]
fn who_turned_behind_something_is_known_by_his_clothes() {
    for (colour, expected) in [(BLUE, 1), (RED, 2)] {
        let mut tracker = Tracker::new(0.3);
        let mut last = Vec::new();
        for n in 0..50 {
            // Hidden for a second, then not where he was going, but on his way back.
            let walker = match n {
                0..20 => Some(clad(BLUE, 100.0 + n as f32 * 3.0, 200.0)),
                30.. => Some(clad(colour, 160.0 - (n - 30) as f32 * 3.0, 200.0)),
                _ => None,
            };
            last = ids(&tracker.step(look(millis(n * 100)), walker.as_slice()));
        }
        assert_eq!(last, [expected]);
    }
}

#[test]
fn who_comes_in_near_the_camera_shows_another_part_in_each_result_and_is_one() {
    // Hair first, then a coat; farther away the same colours are two people.
    for (width, expected) in [(160.0, vec![1]), (40.0, vec![1, 2])] {
        let mut tracker = Tracker::following(&Tracker::new(0.3), (640, 360));
        let mut seen = Vec::new();
        for n in 0..20 {
            let (top, left) = (340.0 - n as f32 * 0.5 * width / 10.0, 200.0 + n as f32 * width / 40.0);
            let bbox = BBox { x1: left, y1: top, x2: left + width, y2: 360.0 };
            let colour = if n < 8 { RED } else { BLUE };
            seen.extend(ids(
                &tracker.step(look(millis(n * 100)), &[Detection { bbox, ..clad(colour, 0.0, 0.0) }])
            ));
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, expected, "{width} pixels wide");
    }
}

fn ids(tracks: &[Track]) -> Vec<u64> {
    tracks.iter().map(|track| track.id).collect()
}

#[test]
fn two_that_pass_each_other_keep_their_numbers() {
    let mut tracker = Tracker::new(0.3);
    let mut last = Vec::new();
    for n in 0..60 {
        let at = n as f32 * 4.0;
        let tracks =
            tracker.step(look(millis(n * 100)), &[person(100.0 + at, 200.0), person(340.0 - at, 212.0)]);
        last = tracks.iter().map(|track| (track.id, track.bbox.foot()[0], track.velocity.x)).collect();
    }
    last.sort_by_key(|(id, _, _)| *id);
    assert_eq!(last.len(), 2);
    assert!(last[0].1 > last[1].1 && last[0].2 > 30.0 && last[1].2 < -30.0, "{last:?}");
}

#[test]
fn any_rate_will_do() {
    for step in [50, 100, 250, 400, 700] {
        let mut tracker = Tracker::new(0.3);
        let mut seen = Vec::new();
        for n in 0..(4_000 / step) {
            // Somebody 50 pixels high who walks at a good pace covers about his own height a second.
            let x = 100.0 + (n * step) as f32 * 0.045;
            seen.extend(ids(&tracker.step(look(millis(n * step)), &[person(x, 200.0)])));
        }
        seen.dedup();
        assert_eq!(seen, [1], "every {step} ms");
    }
}

#[test]
fn vehicles_at_any_rate_even_and_uneven_keep_their_numbers() {
    // At four heights a second, a car moves by more than twice its length between two results a second apart.
    let car = |colour, x: f32, y: f32| Detection {
        class: Arc::from("car"),
        bbox: BBox { x1: x - 55.0, y1: y - 60.0, x2: x + 55.0, y2: y },
        ..clad(colour, x, y)
    };
    for steps in [&[29][..], &[67], &[250], &[500], &[1_000], &[30, 250, 60], &[30, 500, 100, 900, 40, 300]] {
        let mut tracker = Tracker::new(0.3);
        let mut seen: HashMap<bool, Vec<u64>> = HashMap::new();
        let (mut now, mut steps_left) = (0, steps.iter().cycle());
        while now <= 5_000 {
            let gone = now as f32 * 0.24;
            let both = [car(BLUE, 100.0 + gone, 200.0), car(RED, 1_300.0 - gone, 300.0)];
            for track in tracker.step(look(millis(now)), &both) {
                seen.entry(track.bbox.y2 < 250.0).or_default().push(track.id);
            }
            now += steps_left.next().expect("goes round and round");
        }
        for is_blue in [true, false] {
            let ids = seen.entry(is_blue).or_default();
            ids.dedup();
            assert_eq!(ids.len(), 1, "{steps:?} ms: {ids:?}");
        }
    }
}

#[test]
fn who_is_hidden_for_a_while_comes_back_with_the_same_number() {
    let mut tracker = Tracker::new(0.3);
    let mut seen = Vec::new();
    for n in 0..50 {
        let hidden = (20..35).contains(&n);
        let there = [person(100.0 + n as f32 * 4.0, 200.0)];
        seen.extend(ids(&tracker.step(look(millis(n * 100)), if hidden { &[] } else { &there })));
    }
    seen.dedup();
    assert_eq!(seen, [1]);
    tracker.step(look(millis(4_900 + 7_000)), &[]);
    assert!(!tracker.is_followed(1), "but not for ever");
}

#[test]
fn one_that_shows_up_once_is_nothing() {
    let mut tracker = Tracker::new(0.3);
    assert!(tracker.step(look(millis(0)), &[person(100.0, 100.0)]).is_empty());
    for n in 1..10 {
        assert!(tracker.step(look(millis(n * 100)), &[]).is_empty());
    }
    assert!(!tracker.is_followed(1));
}

#[test]
fn doubtful_detections_keep_tracks_and_start_none() {
    let mut tracker = Tracker::new(0.3);
    for n in 0..5 {
        tracker.step(look(millis(n * 100)), &[person(100.0, 100.0)]);
    }
    for n in 5..30 {
        let doubtful = [found("person", 0.15, 100.0, 100.0), found("person", 0.15, 400.0, 100.0)];
        assert_eq!(ids(&tracker.step(look(millis(n * 100)), &doubtful)), [1]);
    }
}

#[test]
fn a_class_is_what_it_was_called_most() {
    let mut tracker = Tracker::new(0.3);
    let mut class = Arc::from("");
    for n in 0..12 {
        let called = if n % 4 == 3 { "truck" } else { "car" };
        if let [track] = &tracker.step(look(millis(n * 100)), &[found(called, 0.8, 100.0, 100.0)])[..] {
            class = Arc::clone(&track.class);
            assert_eq!(track.id, 1);
        }
    }
    assert_eq!(&*class, "car");
}

#[test]
fn frames_out_of_order_are_ignored() {
    let mut tracker = Tracker::new(0.3);
    for n in 0..5 {
        tracker.step(look(millis(n * 100)), &[person(100.0, 100.0)]);
    }
    assert!(tracker.step(look(millis(200)), &[person(300.0, 100.0)]).is_empty());
    assert_eq!(ids(&tracker.step(look(millis(500)), &[person(100.0, 100.0)])), [1]);
}
