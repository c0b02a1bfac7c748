//! What arrivals tell of rates, of sizes and of the link.

use super::*;

fn arrived(number: f64, late_ms: Option<f64>) -> Arrived {
    Arrived { number, bytes: 5_000.0, late_ms, part: Part::Whole }
}

#[test]
fn a_frame_told_in_hindsight_behind_a_restart_does_no_harm() {
    let mut arrivals = Arrivals::new(1_000.0);
    arrivals.add(arrived(1.0, Some(30.0)), true, 975.0);
    arrivals.add(arrived(2.0, Some(30.0)), true, 1_010.0);
    assert!(arrivals.capacity(1_010.0).is_some_and(|capacity| capacity > 0.0));
    assert!(arrivals.silence_ms(1_010.0) >= 0.0);
}

/// Arrivals of frames that hold these parts and have so many bytes, 40 ms apart and of the judged rung,
/// and when the last of them came.
fn after(frames: &[(Part, f64)]) -> (Arrivals, f64) {
    let mut arrivals = Arrivals::new(0.0);
    for (n, (part, bytes)) in frames.iter().enumerate() {
        let number = n as f64;
        let arrived = Arrived { number, bytes: *bytes, late_ms: Some(10.0), part: *part };
        arrivals.add(arrived, true, number * 40.0);
    }
    (arrivals, (frames.len() - 1) as f64 * 40.0)
}

#[test]
fn complete_pictures_tell_what_complete_pictures_take() {
    let (arrivals, now) = after(&[(Part::Whole, 9_000.0), (Part::Whole, 6_000.0)]);
    assert_eq!(arrivals.sizes(now), Some(Sizes { mean: 7_500.0, latest: None }));
}

#[test]
fn of_deltas_single_pictures_and_sweeps_tell_no_sizes_but_pictures_in_a_row_do() {
    let first = [(Part::Whole, 90_000.0), (Part::Sweep, 4_000.0)];
    assert_eq!(after(&first).0.sizes(40.0), None);
    let mut frames = first.to_vec();
    frames.extend([(Part::Delta, 1_000.0); 29]);
    let (arrivals, now) = after(&frames);
    assert_eq!(arrivals.sizes(now), Some(Sizes { mean: 1_000.0, latest: Some(1_000.0) }));
    frames.push((Part::Whole, 31_000.0));
    let (arrivals, now) = after(&frames);
    assert_eq!(arrivals.sizes(now), Some(Sizes { mean: 1_000.0, latest: Some(1_000.0) }));
    frames.push((Part::Whole, 31_000.0));
    let (arrivals, now) = after(&frames);
    // 24 frames of the last second tell.
    assert_eq!(arrivals.sizes(now), Some(Sizes { mean: 2_000.0, latest: Some(2_250.0) }));
}

#[test]
fn a_picture_that_was_asked_for_of_a_still_scene_is_not_what_the_scene_takes() {
    let mut frames = vec![(Part::Delta, 3_000.0); 30];
    frames.push((Part::Whole, 60_000.0));
    frames.extend([(Part::Delta, 3_000.0); 5]);
    let (mut arrivals, now) = after(&frames);
    assert_eq!(arrivals.sizes(now), Some(Sizes { mean: 3_000.0, latest: Some(3_000.0) }));
    arrivals.restart(now);
    let first = Arrived { number: 36.0, bytes: 60_000.0, late_ms: Some(10.0), part: Part::Whole };
    arrivals.add(first, true, now + 40.0);
    assert_eq!(arrivals.sizes(now + 40.0), None, "the picture before was of another rung");
}

#[test]
fn sharper_blocks_are_no_frames_but_tell_that_the_link_is_alive() {
    let mut frames = vec![(Part::Delta, 1_000.0); 26];
    let (arrivals, now) = after(&frames);
    frames.extend([(Part::Refined, 4_000.0); 10]);
    let (refined, later) = after(&frames);
    assert_eq!(refined.clock_fps(now), arrivals.clock_fps(now));
    assert_eq!(refined.sizes(now), arrivals.sizes(now));
    assert_eq!(refined.silence_ms(later), 0.0);
    assert!(refined.capacity(later) > arrivals.capacity(now));
}

#[test]
fn a_sweep_without_end_is_no_picture_and_tells_that_far_more_is_needed_than_there_is() {
    let parts = |sweeps: usize| {
        let mut frames = vec![(Part::Delta, 1_000.0); 26];
        frames.resize(26 + sweeps, (Part::Sweep, 4_000.0));
        after(&frames)
    };
    let (short, now) = parts(50);
    assert!(short.latest_fps(34.0, now) > 24.0);
    assert_eq!(short.sizes(now), Some(Sizes { mean: 1_000.0, latest: Some(4_000.0) }));
    let (endless, now) = parts(51);
    assert_eq!(endless.latest_fps(34.0, now), 0.0);
    // 4 KB in 10 ms each: 400 KB a second.
    assert_eq!(endless.sizes(now), Some(Sizes { mean: 60_000.0, latest: Some(60_000.0) }));
    let (mut restarted, _) = parts(51);
    restarted.restart(now);
    assert_eq!(restarted.sizes(now), None);
}

#[test]
fn a_sweep_of_a_camera_that_gives_few_frames_may_take_its_time() {
    let mut arrivals = Arrivals::new(0.0);
    for n in 0..9 {
        let number = f64::from(n);
        let sweep = Arrived { number, bytes: 4_000.0, late_ms: Some(10.0), part: Part::Sweep };
        arrivals.add(sweep, true, number * 500.0);
    }
    assert!(arrivals.latest_fps(34.0, 4_000.0) > 0.0);
}

/// The rate after frames of these numbers, so many milliseconds apart.
fn rate(numbers: &[u32], apart_ms: f64) -> f64 {
    let mut arrivals = Arrivals::new(0.0);
    for (n, number) in numbers.iter().enumerate() {
        arrivals.add(arrived(f64::from(*number), None), true, n as f64 * apart_ms);
    }
    arrivals.fps(34.0, (numbers.len() - 1) as f64 * apart_ms)
}

#[test]
fn a_camera_that_gives_few_is_judged_by_what_is_missing() {
    assert_eq!(rate(&[1, 2, 3, 4, 5], 1_000.0), 34.0);
    // Five changes a second, one of twenty missing.
    let changes: Vec<u32> = (1..=20).filter(|number| *number != 7).collect();
    assert!(rate(&changes, 200.0) > 31.0);
    // Every second frame of a camera that gives all.
    let halved: Vec<u32> = (0..60).map(|n| n * 2).collect();
    assert!((rate(&halved, 1000.0 / 17.0) - 17.0).abs() < 0.5);
}
