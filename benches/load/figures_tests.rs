//! Statements about `figures.rs`: frames whose arrival is known, and what they come to. No link.

use super::super::{
    record::Arrival,
    wire::{Comment, Delta, DeltaKind},
};
use super::*;

const LOW: Rung = Rung { level: 30, scale: 1 };
const HIGH: Rung = Rung { level: 80, scale: 1 };

/// A link of 1 Mbit/s and a round trip of 80 ms, for so many seconds from then on.
fn during(start: Instant, after: u64, seconds: u64) -> During {
    let [from, lasts] = [after, seconds].map(Duration::from_secs);
    let half_way = Duration::from_millis(40);
    During { from: start + from, lasts, carries_bps: 1e6, half_way, cut_every: None }
}

/// Frames of 2,500 bytes and 100 ms of age: each second of the list has that many, at that rung.
fn seconds(start: Instant, list: &[(u64, Rung)]) -> Vec<Arrived> {
    let frame = |ms: u64, rung: Rung| {
        let at = Arrival { at: start + Duration::from_millis(ms), utc_us: 1_000_000 + ms * 1000 };
        Arrived {
            comment: Comment { frame: ms, captured_us: at.utc_us - 100_000, rung, slate: false, delta: None },
            bytes: 2_500,
            at,
        }
    };
    let second = |(n, (fps, rung)): (usize, &(u64, Rung))| {
        let (n, fps, rung) = (n as u64, *fps, *rung);
        (0..fps).map(move |i| frame(n * 1000 + i * 1000 / fps, rung)).collect::<Vec<_>>()
    };
    list.iter().enumerate().flat_map(second).collect()
}

fn figures(timelines: &[Vec<Arrived>], first: &During, during: &During) -> Figures {
    let timelines: Vec<&[Arrived]> = timelines.iter().map(Vec::as_slice).collect();
    Figures::of(&timelines, [first, during])
}

#[test]
fn rates_ages_and_steps_are_those_of_the_time() {
    let start = Instant::now();
    let frames = seconds(start, &[(5, HIGH), (30, LOW), (20, LOW), (30, HIGH), (40, HIGH), (3, LOW)]);
    let time = during(start, 1, 4);
    let seen = figures(&[frames], &time, &time);
    assert_eq!((seen.fps, seen.fps_least, seen.band, seen.steps), (30.0, 30.0, 0.75, 15.0));
    assert_eq!((seen.late_p50.round(), seen.late_p95.round(), seen.oldest.round()), (60.0, 60.0, 100.0));
    assert!((seen.used - 0.6).abs() < 1e-9, "2,500 bytes 30 times a second: {}", seen.used);
}

#[test]
fn the_slowest_second_may_begin_within_another() {
    let start = Instant::now();
    let time = during(start, 0, 4);
    let mut frames = seconds(start, &[(30, HIGH); 4]);
    assert_eq!(figures(&[frames.clone()], &time, &time).slowest, 30.0);
    // Half a second without frames, of which each whole second has a half.
    frames.retain(|frame| !(1_750..2_250).contains(&frame.comment.frame));
    assert_eq!(figures(&[frames], &time, &time).slowest, 15.0);
}

#[test]
fn the_best_picture_uses_a_link_well() {
    let start = Instant::now();
    let time = during(start, 0, 2);
    assert_eq!(figures(&[seconds(start, &[(1, TOP), (1, TOP)])], &time, &time).used, 1.0);
}

#[test]
fn viewers_are_back_when_they_stay() {
    let start = Instant::now();
    let (first, drop) = (during(start, 0, 1), during(start, 1, 7));
    let frames = seconds(
        start,
        &[(30, HIGH), (3, HIGH), (30, LOW), (9, LOW), (30, LOW), (30, LOW), (30, LOW), (30, LOW)],
    );
    let back = figures(&[frames], &first, &drop).back;
    assert!((2.8..=3.0).contains(&back), "{back}");
    let never =
        seconds(start, &[(30, HIGH), (9, LOW), (9, LOW), (9, LOW), (9, LOW), (9, LOW), (9, LOW), (9, LOW)]);
    assert_eq!(figures(&[never], &first, &drop).back, f64::INFINITY);
}

#[test]
fn the_rung_of_before_is_that_of_the_first_time() {
    let start = Instant::now();
    let (first, better) = (during(start, 0, 2), during(start, 4, 3));
    let list =
        [(9, LOW), (9, HIGH), (9, LOW), (9, LOW), (9, LOW), (9, Rung { level: 70, scale: 1 }), (9, HIGH)];
    assert_eq!(figures(&[seconds(start, &list)], &first, &better).again, 2.0);
    assert_eq!(figures(&[seconds(start, &list[..6])], &first, &better).again, f64::INFINITY);
}

#[test]
fn of_several_viewers_the_worst_is_told() {
    let start = Instant::now();
    let time = during(start, 0, 4);
    let [good, bad] = [(34, HIGH), (20, LOW)].map(|second| seconds(start, &[second; 4]));
    let seen = figures(&[good, bad], &time, &time);
    assert_eq!((seen.fps, seen.fps_least, seen.band), (27.0, 20.0, 0.5));
    assert_eq!((seen.apart, seen.back), (10.0, f64::INFINITY));
}

#[test]
fn without_frames_nothing_looks_good() {
    let start = Instant::now();
    let time = during(start, 0, 2);
    let seen = figures(&[Vec::new()], &time, &time);
    assert_eq!((seen.fps, seen.band, seen.used), (0.0, 0.0, 0.0));
    assert_eq!((seen.late_p95, seen.oldest, seen.back), (f64::INFINITY, f64::INFINITY, f64::INFINITY));
}

#[test]
fn the_camera_gives_what_its_numbers_say() {
    let start = Instant::now();
    let time = during(start, 0, 2);
    let seen = figures(&[seconds(start, &[(10, LOW), (10, LOW)])], &time, &time);
    assert_eq!(seen.camera.round(), 1000.0, "these frames are numbered by the millisecond");
}

#[test]
fn a_timeline_names_each_rung_once() {
    let start = Instant::now();
    let frames = seconds(start, &[(5, HIGH), (5, HIGH), (3, LOW)]);
    assert_eq!(timeline(&frames, start), "0.0 s: 80/1 x10, 2.0 s: 30/1 x3");
    assert_eq!(
        stalls(&seconds(start, &[(10, HIGH), (2, HIGH), (10, HIGH)]), start),
        "1.5 s: 500 ms, 2.0 s: 500 ms"
    );
}

#[test]
fn a_sweep_lasts_until_the_picture_is_whole_and_the_slowest_second_is_told() {
    let start = Instant::now();
    let time = during(start, 0, 3);
    let mut frames = seconds(start, &[(10, LOW), (10, LOW), (4, LOW)]);
    let delta = |kind| Some(Delta { base: 1, blocks: 1, whole: 9_000, kind });
    for (n, frame) in frames.iter_mut().enumerate() {
        let is_sweep = [3, 10, 11, 12].contains(&n);
        frame.comment.delta = delta(if is_sweep { DeltaKind::Sweep } else { DeltaKind::Changed });
    }
    let seen = figures(&[frames], &time, &time);
    assert_eq!((seen.slowest, (seen.swept * 10.0).round()), (4.0, 3.0));
}
