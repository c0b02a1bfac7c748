//! What viewers who get only what changed go through, and what must come of it.

use super::{is_top, order};
use crate::{
    adapt::{
        Input,
        scenario::{Scenario, scenes},
    },
    nouns::form::Part,
};

/// Runs `check` on viewers of a scene on a link of so many megabits a second, who tremble differently.
fn on_each(mbit: f64, scene: fn(f64, f64) -> f64, check: impl Fn(&mut Scenario)) {
    for seed in 0..5 {
        check(&mut Scenario::on(mbit).round_trip(80.0).frame_kb(62.0).seed(seed).deltas(scene));
    }
}

/// Whether a frame of that kind came between these times, milliseconds.
fn came(viewer: &Scenario, part: Part, from: f64, to: f64) -> bool {
    viewer.record.iter().any(|(at, input, _)| {
        (from..to).contains(at) && matches!(input, Input::Frame { part: other, .. } if *other == part)
    })
}

/// Steps to a cheaper rung between these times, milliseconds.
fn downs(viewer: &Scenario, from: f64, to: f64) -> usize {
    let of_time = viewer.steps.iter().filter(|(at, ..)| (from..to).contains(at));
    of_time.filter(|(_, before, after)| order(*after) < order(*before)).count()
}

#[test]
fn a_thin_link_holds_the_band_at_half_size_and_a_thinner_one_at_a_quarter() {
    for (mbit, scale) in [(1.0, 2), (0.5, 4)] {
        on_each(mbit, scenes::breathing, |viewer| {
            viewer.wait(30.0);
            let got = viewer.judge(60.0);
            assert!(got.in_band >= 0.95 && got.age_p95 <= 300.0, "{mbit} Mbit/s: {got:?}");
            assert!(got.rung.tier.scale() <= scale, "{mbit} Mbit/s: {got:?}");
        });
    }
}

#[test]
fn deltas_carry_a_better_picture_than_complete_ones() {
    for mbit in [8.0, 2.0] {
        let settled = |mut viewer: Scenario| {
            viewer.wait(60.0);
            order(viewer.controller.rung())
        };
        let viewer = || Scenario::on(mbit).round_trip(80.0).frame_kb(62.0);
        let (deltas, whole) = (settled(viewer().deltas(scenes::breathing)), settled(viewer()));
        assert!(deltas >= whole + 5, "{mbit} Mbit/s: {deltas} and {whole} rungs from below");
    }
}

#[test]
fn what_stands_still_climbs_to_the_top_and_stays() {
    on_each(8.0, scenes::still, |viewer| {
        viewer.wait(30.0);
        let got = viewer.judge(30.0);
        assert!(is_top(&got) && got.steps == 0 && got.fps > 33.0, "{got:?}");
        assert!(came(viewer, Part::Refined, 30_000.0, 60_000.0), "there is room for sharper blocks");
    });
}

#[test]
fn a_cut_on_a_thin_link_leaves_twenty_frames_a_second_and_is_complete_within_three() {
    on_each(1.0, scenes::cut, |viewer| {
        viewer.wait(30.0);
        let got = viewer.judge(60.0);
        assert!(got.worst >= 20 && got.age_p95 <= 300.0, "{got:?}");
        for n in 2..4 {
            let at = scenes::CUT_EVERY_MS * f64::from(n);
            // What was under way then is there by a third of a second.
            assert!(came(viewer, Part::Delta, at + 330.0, at + 3_000.0), "after {at}: {:?}", viewer.steps);
        }
    });
}

#[test]
fn a_bus_costs_one_step_and_is_forgotten_when_it_has_gone() {
    on_each(2.0, scenes::bus, |viewer| {
        let (from, to) = scenes::BUS_MS;
        viewer.wait(from / 1000.0);
        let best = viewer.controller.rung();
        viewer.wait((to - from) / 1000.0 + 20.0);
        assert!(downs(viewer, from, to) <= 1, "{:?}", viewer.steps);
        let back = viewer.controller.rung();
        assert!(order(back) + 1 >= order(best), "{back:?} of {best:?}: {:?}", viewer.steps);
    });
}

#[test]
fn a_camera_that_turns_is_followed_within_five_seconds() {
    on_each(2.0, scenes::pan, |viewer| {
        let (from, to) = scenes::PAN_MS;
        viewer.wait(from / 1000.0 + 5.0);
        let turning = viewer.judge((to - from) / 1000.0 - 5.0);
        assert!(turning.fps >= 20.0 && turning.age_p95 <= 500.0, "{turning:?}: {:?}", viewer.steps);
        viewer.wait(60.0);
        let back = viewer.controller.rung();
        assert!(order(back) > order(turning.rung), "{back:?}: {:?}", viewer.steps);
    });
}
