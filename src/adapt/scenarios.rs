//! What viewers go through on links of all kinds, and what must come of it.

mod deltas;

use super::{
    Decision, Input, Pause, Reason, Style,
    crowd::Crowd,
    scenario::{Outcome, Scenario, rung, rungs},
};
use crate::nouns::quality::Rung;

/// Megabits a second that carry a band, round trips and queues, milliseconds.
const CARRYING: [f64; 7] = [20.0, 12.0, 8.0, 6.0, 4.0, 3.0, 2.0];
const ROUND_TRIPS: [f64; 4] = [0.0, 20.0, 80.0, 200.0];
const QUEUES: [f64; 2] = [200.0, 1000.0];

/// Runs `check` on viewers who have settled on each of these links, with pictures of different sizes.
fn on_each(rates: &[f64], check: impl Fn(f64, &mut Scenario)) {
    for (n, mbit) in rates.iter().enumerate() {
        for round_trip in ROUND_TRIPS {
            for queue in QUEUES {
                for (m, kb) in [45.0, 60.0, 67.0, 80.0, 100.0].into_iter().enumerate() {
                    let seed = (n * 10 + m) as u64;
                    let mut viewer =
                        Scenario::on(*mbit).round_trip(round_trip).queue(queue).frame_kb(kb).seed(seed);
                    viewer.wait(10.0);
                    check(*mbit, &mut viewer);
                }
            }
        }
    }
}

/// How many rungs cost less.
fn order(rung: Rung) -> usize {
    let all = rungs(Style::Smooth);
    std::iter::successors(Some(rung), |rung| all.below(*rung, |_| true).filter(|below| below != rung)).count()
}

fn is_top(outcome: &Outcome) -> bool {
    outcome.rung == rungs(Style::Smooth).top()
}

#[test]
fn links_that_carry_a_band_hold_it_and_are_used() {
    on_each(&CARRYING, |mbit, viewer| {
        let got = viewer.judge(60.0);
        assert!(got.in_band >= 0.95 && got.age_p95 <= 300.0 && got.steps <= 2, "{mbit} Mbit/s: {got:?}");
        assert!(got.used >= 0.55 || is_top(&got), "{mbit} Mbit/s: {got:?}");
    });
}

#[test]
fn thin_links_keep_moving_and_fresh() {
    on_each(&[1.0, 0.5], |mbit, viewer| {
        let got = viewer.judge(60.0);
        let least = if mbit >= 1.0 { 20.0 } else { 18.0 };
        assert!(got.fps >= least && got.age_p95 <= 500.0 && got.steps <= 2, "{mbit} Mbit/s: {got:?}");
        assert!(got.used >= 0.55, "{mbit} Mbit/s: {got:?}");
    });
    on_each(&[0.1], |_, viewer| {
        let got = viewer.judge(60.0);
        assert!(got.fps >= 3.0 && got.age_p95 <= 800.0 && got.rung == rung(8, 30), "{got:?}");
    });
}

#[test]
fn a_fast_link_gets_the_best_picture_and_keeps_it() {
    on_each(&[1000.0], |_, viewer| {
        let got = viewer.judge(60.0);
        assert!(got.fps > 33.0 && got.steps == 0 && is_top(&got), "{got:?}");
    });
}

#[test]
fn a_fast_link_is_fast_for_a_viewer_who_acks_late_too() {
    for mbit in [50.0, 100.0, 1000.0] {
        for round_trip in [0.0, 5.0, 10.0, 15.0, 20.0, 40.0] {
            for ack in [3.0, 15.0, 30.0] {
                let mut viewer = Scenario::on(mbit).round_trip(round_trip).acks_after(ack);
                viewer.wait(60.0);
                let got = viewer.judge(20.0);
                let (least, top) = if ack > 15.0 { (31.0, false) } else { (33.0, mbit >= 100.0) };
                assert!(
                    got.fps > least && (!top || is_top(&got)),
                    "{mbit} Mbit/s, {round_trip} + {ack} ms: {got:?}"
                );
            }
        }
    }
}

#[test]
fn a_link_that_gets_ten_times_slower_is_followed_within_four_seconds() {
    for round_trip in ROUND_TRIPS {
        let mut viewer = Scenario::on(20.0).round_trip(round_trip).queue(1000.0);
        viewer.wait(30.0);
        let drop = viewer.set_mbit(2.0).judge(4.0);
        assert!(drop.age_most <= 1500.0, "{drop:?}");
        let got = viewer.judge(30.0);
        assert!(got.in_band >= 0.95 && got.age_p95 <= 300.0, "{got:?}");
    }
}

#[test]
fn a_link_that_gets_fast_again_is_used_again_within_forty_seconds() {
    for round_trip in ROUND_TRIPS {
        let mut viewer = Scenario::on(20.0).round_trip(round_trip);
        viewer.wait(40.0);
        let best = viewer.controller.rung();
        viewer.set_mbit(2.0).wait(60.0);
        assert_ne!(viewer.controller.rung(), best);
        viewer.set_mbit(20.0).wait(40.0);
        let again = viewer.controller.rung();
        assert!(order(again) >= order(best), "{again:?} after {best:?}");
    }
}

#[test]
fn a_step_up_is_one_rung_and_a_second_after_the_last() {
    let mut viewer = Scenario::on(20.0);
    viewer.wait(20.0).set_mbit(0.5).wait(20.0).set_mbit(20.0).wait(40.0);
    let order = rungs(Style::Smooth);
    for pair in viewer.steps.windows(2) {
        let (_, (at, from, to)) = (pair[0], pair[1]);
        // Out of the smallest pictures the way leads to the last rung of the next tier, past those that cost
        // about as much.
        if order.above(to).is_some_and(|above| order.below(above, |_| true) == Some(to))
            && from.tier.scale() < 8
        {
            let up = order.above(from) == Some(to);
            assert!(!up || at - pair[0].0 >= 1000.0, "{pair:?}");
        }
    }
    let ups = viewer.steps.iter().filter(|(_, from, to)| order.above(*from) == Some(*to)).count();
    assert!(ups > 15, "{:?}", viewer.steps);
}

#[test]
fn a_link_that_trembles_is_no_slow_link() {
    for mbit in [8.0, 2.0] {
        let mut viewer = Scenario::on(mbit).round_trip(40.0).jitter(30.0);
        viewer.wait(10.0);
        let got = viewer.judge(60.0);
        assert!(got.in_band >= 0.95 && got.used >= 0.55 && got.steps <= 2, "{got:?}");
    }
}

#[test]
fn a_short_stall_is_over_when_it_is_over() {
    for mbit in [4.0, 100.0] {
        let mut viewer = Scenario::on(mbit).round_trip(40.0);
        viewer.wait(60.0);
        let got = viewer.stall(300.0).judge(5.0);
        assert!(got.steps <= usize::from(mbit < 10.0), "{got:?}");
        // Three seconds without a frame are another matter: the picture is made smaller, and comes back.
        let best = viewer.controller.rung();
        viewer.stall(3000.0).wait(60.0);
        let back = viewer.controller.rung();
        let order = rungs(Style::Smooth);
        let near = [Some(best), order.below(best, |_| true), order.above(best)];
        assert!(near.contains(&Some(back)), "{back:?} of {best:?}");
    }
}

#[test]
fn what_others_use_of_the_link_is_left_to_them() {
    let mut viewer = Scenario::on(8.0).round_trip(40.0).queue(1000.0);
    viewer.wait(30.0).set_cross(0.6).wait(6.0);
    let got = viewer.judge(60.0);
    assert!(got.in_band >= 0.95 && got.age_p95 <= 300.0 && got.used >= 0.55, "{got:?}");
}

#[test]
fn viewers_who_share_a_link_come_to_share_it_alike() {
    let apart: Vec<usize> = (0..8)
        .map(|seed| {
            let mut crowd = Crowd::on(20.0, 80.0, 10, seed);
            crowd.wait(25.0);
            let (least_fps, usual) = crowd.judge(15.0);
            assert!(least_fps >= 26.0, "{least_fps}");
            let heights = || usual.iter().map(|rung| order(*rung));
            heights().max().zip(heights().min()).map_or(0, |(best, worst)| best - worst)
        })
        .collect();
    let mean = apart.iter().sum::<usize>() as f64 / apart.len() as f64;
    assert!(mean <= 3.0 && apart.iter().all(|apart| *apart <= 5), "{apart:?}");
}

#[test]
fn a_slow_device_gets_cheaper_frames_but_not_without_end() {
    let mut viewer = Scenario::on(100.0).paints(|_| 15.0);
    viewer.wait(120.0);
    let (last, steps) = (viewer.controller.rung(), viewer.steps.len());
    assert!(last.tier.scale() == 1 && last.level.quality() >= 70, "nothing helps this one: {last:?}");
    viewer.wait(60.0);
    assert_eq!(viewer.steps.len(), steps);
    let mut viewer = Scenario::on(100.0);
    viewer.wait(60.0).set_paints(|rung| 34.0 * (70.0 / f64::from(rung.level.quality())).powi(2)).wait(40.0);
    assert_eq!(viewer.controller.rung(), rung(1, 75), "{:?}", viewer.steps);
}

#[test]
fn the_camera_sets_the_scale() {
    for fps in [25.0, 12.0, 5.0] {
        let mut viewer = Scenario::on(100.0).camera(fps);
        viewer.wait(60.0);
        assert!(viewer.controller.rung() == rung(1, 95), "{fps} FPS: {:?}", viewer.steps);
        let got = viewer.set_mbit(1.0).judge(30.0);
        assert!(got.rung != rung(1, 95) && got.age_p95 < 1500.0, "{fps} FPS: {got:?}");
    }
}

#[test]
fn stills_say_nothing_about_the_link() {
    for fps in [0.5, 1.0, 1.5] {
        let mut stills = Scenario::on(100.0).camera(fps);
        stills.wait(20.0);
        assert!(stills.steps.is_empty(), "{fps} FPS: {:?}", stills.steps);
        let tick = Input::Tick { painted_fps: None };
        assert_eq!(stills.feed(tick), Decision::Hold(Reason::Paused(Pause::Stills)), "{fps} FPS");
    }
}

#[test]
fn a_photo_whose_rate_is_measured_a_little_off_keeps_its_rung() {
    let mut photo = Scenario::on(100.0).camera(1.0).quiet();
    for measured in [1.0, 0.9, 1.1, 0.95].repeat(5) {
        for _ in 0..6 {
            photo.wait(1.0).feed(Input::Status { streaming: true, fps: measured });
        }
    }
    assert!(photo.steps.is_empty(), "{:?}", photo.steps);
}

#[test]
fn a_camera_a_little_above_stills_goes_up_and_stays_there() {
    for fps in [2.0, 2.5, 3.0] {
        let mut viewer = Scenario::on(100.0).camera(fps);
        viewer.wait(120.0);
        assert_eq!(viewer.controller.rung(), rung(1, 95), "{fps} FPS: {:?}", viewer.steps);
        let up = |(_, from, to): &(f64, Rung, Rung)| order(*to) > order(*from);
        assert!(viewer.steps.iter().all(up), "{fps} FPS: {:?}", viewer.steps);
    }
}

#[test]
fn a_picture_that_stands_still_is_no_slow_link() {
    for mbit in [100.0, 4.0] {
        let mut viewer = Scenario::on(mbit);
        viewer.wait(60.0);
        let best = viewer.controller.rung();
        viewer.freeze(true).wait(5.0);
        let still = viewer.controller.rung();
        viewer.wait(60.0);
        assert_eq!(viewer.controller.rung(), still);
        assert!(
            viewer
                .steps
                .iter()
                .all(|(at, from, to)| *at < 60_000.0 || order(*to).abs_diff(order(*from)) <= 1),
            "{:?}",
            viewer.steps
        );
        viewer.freeze(false).wait(30.0);
        let rung = viewer.controller.rung();
        assert!(order(rung).abs_diff(order(best)) <= 1, "{rung:?} after {best:?}: {:?}", viewer.steps);
    }
}

#[test]
fn a_sharp_viewer_keeps_half_size_down_to_ten_frames_a_second() {
    for (mbit, scale, least) in
        [(8.0, 2, 28.0), (2.0, 2, 15.0), (1.5, 2, 10.0), (1.0, 4, 22.0), (0.5, 8, 28.0)]
    {
        let mut viewer = Scenario::on(mbit).round_trip(20.0).style(Style::Sharp);
        viewer.wait(10.0);
        let got = viewer.judge(60.0);
        assert!(
            got.rung.tier.scale() == scale && got.fps >= least && got.steps <= 2,
            "{mbit} Mbit/s: {got:?}"
        );
    }
}

#[test]
fn the_smallest_picture_is_left_as_soon_as_a_quarter_holds_twenty() {
    let mut viewer = Scenario::on(0.5);
    viewer.wait(20.0);
    assert_eq!(viewer.controller.rung().tier.scale(), 8);
    viewer.set_mbit(1.0).wait(20.0);
    assert_eq!(viewer.controller.rung(), rung(4, 30), "{:?}", viewer.steps);
}

#[test]
fn nothing_is_judged_while_nobody_looks_or_there_is_nothing_to_see() {
    let hidden = [Input::Visible(false), Input::Visible(true)];
    let away = [Input::Status { streaming: false, fps: 0.0 }, Input::Status { streaming: true, fps: 34.0 }];
    let gone = [Input::Connected(false), Input::Connected(true)];
    for [begin, end] in [hidden, away, gone] {
        let mut viewer = Scenario::on(100.0).quiet();
        viewer.wait(60.0);
        let steps = viewer.steps.len();
        viewer.feed(begin.clone());
        viewer.stall(20_000.0).wait(19.0);
        assert_eq!(viewer.steps.len(), steps, "{begin:?}");
        viewer.wait(1.5).feed(end);
        viewer.wait(20.0);
        assert_eq!(viewer.steps.len(), steps, "{begin:?}: the silence before is not judged");
    }
}

#[test]
fn a_choice_holds_until_automatic_is_chosen_again() {
    let mut viewer = Scenario::on(2.0);
    viewer.feed(Input::Choose(Some(rung(1, 90))));
    viewer.wait(20.0);
    assert_eq!(viewer.controller.rung(), rung(1, 90));
    viewer.feed(Input::Choose(None));
    viewer.wait(10.0);
    assert_eq!(viewer.controller.rung().tier.scale(), 4);
}

#[test]
fn a_rung_the_server_does_not_give_counts_as_failed() {
    let mut viewer = Scenario::on(100.0);
    viewer.wait(30.0);
    viewer.give(rung(1, 80)).wait(10.0);
    assert_eq!(viewer.controller.rung(), rung(1, 80));
    let held = viewer.feed(Input::Tick { painted_fps: None });
    assert!(matches!(held, Decision::Hold(Reason::NotYet { next, .. }) if next == rung(1, 85)), "{held:?}");
    viewer.wait(80.0);
    assert_eq!(viewer.controller.rung(), rung(1, 95));
}
