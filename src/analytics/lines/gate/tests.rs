//! Ways beside a line in simulated time: places in, counts out.

use super::*;
use crate::{
    analytics::lines::LineCounter,
    nouns::place::{Anchor, BBox, Fraction},
};

const SIZE: (usize, usize) = (1600, 900);

/// A line across the middle, drawn from left to right.
fn gate() -> Line {
    Line::new("gate", [0.25, 0.5], [0.75, 0.5])
}

fn counter(line: Line) -> LineCounter {
    let mut counter = LineCounter::new(&[line]);
    counter.resize(SIZE);
    counter
}

/// Somebody a fifth of the frame high who stands at `foot`.
fn walker(track_id: u64, at_ms: u64, [x, y]: Fraction) -> Walker {
    let (x, y) = ((x * SIZE.0 as f64) as f32, (y * SIZE.1 as f64) as f32);
    let bbox = BBox { x1: x - 30.0, y1: y - 180.0, x2: x + 30.0, y2: y };
    let at = Duration::from_millis(at_ms);
    Walker { track_id, class: Arc::from("person"), at, bbox, is_part: false }
}

/// A frame at that time, where results are a tenth of a second apart.
fn look(at: Duration) -> Look {
    Look { at, apart: Duration::from_millis(100) }
}

/// Directions that a track is counted in whose feet are at these places, one each tenth of a second.
fn walk(counter: &mut LineCounter, track_id: u64, feet: &[Fraction]) -> Vec<Direction> {
    let step = |(n, foot): (usize, &Fraction)| {
        let walker = walker(track_id, n as u64 * 100, *foot);
        counter.step(look(walker.at), &[walker])
    };
    feet.iter().enumerate().flat_map(step).map(|crossing| crossing.direction).collect()
}

/// Feet that go evenly from one place to another in so many steps.
fn way(from: Fraction, to: Fraction, steps: usize) -> Vec<Fraction> {
    let at = |n: usize| {
        let share = n as f64 / steps as f64;
        [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    };
    (0..=steps).map(at).collect()
}

fn counts(counter: &LineCounter) -> (u64, u64) {
    let counts = &counter.counts()[0];
    (counts.inbound, counts.outbound)
}

#[test]
fn downwards_through_a_line_from_left_to_right_is_inbound() {
    let mut counter = counter(gate());
    assert_eq!(walk(&mut counter, 1, &way([0.5, 0.4], [0.5, 0.6], 10)), [Direction::Inbound]);
    assert_eq!(walk(&mut counter, 2, &[[0.4, 0.7], [0.4, 0.3]]), [Direction::Outbound], "far at once");
    assert_eq!(counts(&counter), (1, 1));
    assert_eq!(counter.counts()[0].classes.inbound["person"], 1);
}

#[test]
fn a_box_that_jumps_over_the_line_and_back_has_not_crossed() {
    let mut counter = counter(gate());
    let mut feet = way([0.4, 0.46], [0.6, 0.46], 20);
    // Once half as high again, twice cut and drawn anew.
    for (place, y) in [(7, 0.56), (12, 0.55), (13, 0.56)] {
        feet[place][1] = y;
    }
    assert_eq!(walk(&mut counter, 1, &feet), []);
    assert_eq!(walk(&mut counter, 1, &way([0.6, 0.46], [0.6, 0.6], 10)), [Direction::Inbound]);
    assert_eq!(counts(&counter), (1, 0));
}

#[test]
fn who_is_lost_right_beyond_the_line_has_crossed_where_that_is_likely() {
    for (beyond, expected) in [(0.56, 1), (0.52, 0)] {
        let mut counter = counter(gate());
        assert_eq!(walk(&mut counter, 1, &[[0.5, 0.3], [0.5, beyond]]), []);
        let crossings = counter.step(look(Duration::from_secs(2)), &[]);
        assert_eq!(crossings.len(), expected, "{beyond}");
        assert!(crossings.iter().all(|crossing| crossing.at == Duration::from_millis(100)));
    }
}

#[test]
fn who_was_likely_over_the_line_before_a_cut_has_crossed() {
    for (beyond, expected) in [(0.56, 1), (0.52, 0)] {
        let mut counter = counter(gate());
        walk(&mut counter, 1, &[[0.5, 0.3], [0.5, beyond]]);
        assert_eq!(counter.resize(SIZE).len(), expected, "{beyond}");
        assert_eq!(counter.step(look(Duration::from_secs(2)), &[]), [], "once");
    }
}

#[test]
fn a_line_that_is_passed_standing_still_does_not_count() {
    let mut counter = counter(gate());
    // Bends down, and stays so: a few centimetres.
    let mut feet = vec![[0.5, 0.485]; 10];
    feet.extend([[0.5, 0.515]; 20]);
    assert_eq!(walk(&mut counter, 1, &feet), []);
}

#[test]
fn who_is_hidden_right_beyond_the_line_counts_when_he_walks_on() {
    let mut counter = counter(gate());
    walk(&mut counter, 1, &[[0.5, 0.3], [0.5, 0.52]]);
    assert_eq!(counter.step(look(Duration::from_secs(2)), &[]), []);
    let on = [walker(1, 2_500, [0.5, 0.56]), walker(1, 2_600, [0.5, 0.6]), walker(1, 2_900, [0.5, 0.64])];
    let crossings: Vec<Crossing> =
        on.into_iter().flat_map(|walker| counter.step(look(walker.at), &[walker])).collect();
    assert_eq!(crossings.len(), 1);
}

#[test]
fn who_came_from_afar_and_sways_on_the_line_has_not_crossed() {
    let mut counter = counter(gate());
    let mut feet = way([0.5, 0.2], [0.5, 0.488], 12);
    // 0.06 heights of the box to both sides.
    feet.extend((0..30).map(|n| [0.5, if n / 6 % 2 == 0 { 0.512 } else { 0.488 }]));
    assert_eq!(walk(&mut counter, 1, &feet), []);
}

#[test]
fn who_walks_along_the_line_and_sways_over_it_counts_once_and_who_really_turns_back_twice() {
    for (y, expected) in [(0.4, 1), (0.36, 2)] {
        let mut counter = counter(gate());
        let mut feet = way([0.3, 0.4], [0.4, 0.55], 10);
        feet.extend(way([0.4, 0.55], [0.6, y], 12));
        assert_eq!(walk(&mut counter, 1, &feet).len(), expected, "back to {y}");
    }
}

#[test]
fn a_bus_that_enters_has_no_side_until_it_is_in_the_frame() {
    let mut counter = counter(gate());
    for n in 0..20u16 {
        // Its box reaches the ground at the line's far side only once the front wheels are not all.
        let (front, cut) = (f32::from(n) * 60.0, n < 12);
        let y2 = if cut { 500.0 } else { 400.0 };
        let bbox = BBox { x1: (front - 700.0).max(0.0), y1: y2 - 200.0, x2: front, y2 };
        let at = Duration::from_millis(u64::from(n) * 100);
        let bus = Walker { track_id: 1, class: Arc::from("bus"), at, bbox, is_part: false };
        assert_eq!(counter.step(look(at), &[bus]), [], "{n}");
    }
}

#[test]
fn each_line_says_which_classes_and_which_part_of_a_box_count() {
    let vehicles = Line { classes: vec!["Car".into()], ..gate() };
    let mut counter = counter(vehicles);
    assert_eq!(walk(&mut counter, 1, &way([0.5, 0.4], [0.5, 0.6], 10)), []);
    let mut heads = self::counter(Line { at: Anchor::Top, ..gate() });
    // Feet from 0.6 to 0.8 are heads from 0.4 to 0.6.
    assert_eq!(walk(&mut heads, 1, &way([0.5, 0.6], [0.5, 0.8], 10)), [Direction::Inbound]);
}

#[test]
fn what_usually_does_not_count_is_counted_where_all_is() {
    for (all, expected) in [(false, 0), (true, 1)] {
        let mut counter = counter(gate());
        counter.count_all(all);
        for (n, foot) in way([0.5, 0.4], [0.5, 0.6], 10).into_iter().enumerate() {
            let suitcase = Walker { class: Arc::from("suitcase"), ..walker(1, n as u64 * 100, foot) };
            counter.step(look(suitcase.at), &[suitcase]);
        }
        assert_eq!(counts(&counter), (expected, 0));
    }
}

#[test]
fn a_part_of_another_one_does_not_count_by_itself() {
    let mut counter = counter(gate());
    for (n, foot) in way([0.5, 0.4], [0.5, 0.6], 10).into_iter().enumerate() {
        let rider = Walker { is_part: true, ..walker(1, n as u64 * 100, foot) };
        assert_eq!(counter.step(look(rider.at), &[rider]), []);
    }
}

#[test]
fn a_line_that_stays_keeps_its_counts_when_others_are_drawn() {
    let mut counter = counter(gate());
    walk(&mut counter, 1, &way([0.5, 0.4], [0.5, 0.6], 10));
    let door = Line::new("door", [0.1, 0.1], [0.2, 0.1]);
    counter.redraw(&[door, gate()]);
    let counts = |counter: &LineCounter| -> Vec<(String, u64)> {
        counter.counts().into_iter().map(|count| (count.id, count.inbound + count.outbound)).collect()
    };
    assert_eq!(counts(&counter), [("door".to_owned(), 0), ("gate".to_owned(), 1)]);
    counter.redraw(&[Line { to: [0.8, 0.5], ..gate() }]);
    assert_eq!(counts(&counter), [("gate".to_owned(), 0)], "another line of that name");
}

#[test]
fn who_dithers_on_the_line_counts_once_each_way() {
    let mut counter = counter(gate());
    let trembling: Vec<Fraction> = (0..40).map(|n| [0.5, if n % 2 == 0 { 0.492 } else { 0.508 }]).collect();
    walk(&mut counter, 1, &[[0.5, 0.4]]);
    assert_eq!(walk(&mut counter, 1, &trembling), []);
    for _ in 0..5 {
        walk(&mut counter, 1, &way([0.5, 0.35], [0.5, 0.65], 10));
        walk(&mut counter, 1, &way([0.5, 0.65], [0.5, 0.35], 10));
    }
    assert_eq!(counts(&counter), (1, 1));
}

#[test]
fn who_goes_around_its_end_has_not_crossed() {
    let mut counter = counter(gate());
    let mut feet = way([0.2, 0.4], [0.2, 0.6], 8);
    feet.extend(way([0.9, 0.6], [0.9, 0.4], 8));
    assert_eq!(walk(&mut counter, 1, &feet), []);
}

#[test]
fn a_track_that_was_not_seen_for_a_while_still_counts() {
    let mut counter = counter(gate());
    walk(&mut counter, 1, &[[0.5, 0.3]]);
    counter.forget(|track_id| track_id == 1);
    assert_eq!(walk(&mut counter, 1, &[[0.5, 0.8]]), [Direction::Inbound]);
    counter.forget(|_| false);
    assert_eq!(walk(&mut counter, 1, &[[0.5, 0.2]]), [], "a forgotten track begins anew");
}
