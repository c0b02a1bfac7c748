//! Windows of viewers who ack, who do not, and who ack late.

use super::*;
use crate::nouns::quality::{Level, Tier};

const FRAME_MS: f64 = 1000.0 / 34.0;

const RUNG: Rung = Rung { tier: Tier::Full, level: Level::MIN };

/// A viewer that acks, on a link of 100 KB/s and a round trip of 100 ms, so that both are known.
fn acking() -> (Window, f64) {
    let mut window = Window::default();
    window.set_round_trip(100.0);
    window.sent(0, RUNG, 10_000, 0.0);
    window.acked(0, 200.0);
    (window, 200.0)
}

#[test]
fn what_is_under_way_fills_the_round_trip_and_a_short_queue() {
    let (mut window, now) = acking();
    // 160 ms of the link: 100 of its way and 60 in its queue.
    let sizes = [8_000, 8_000, 8_000];
    for (n, bytes) in (1..).zip(sizes) {
        assert!(window.allows(now), "{n}");
        window.sent(n, RUNG, bytes, now);
    }
    assert!(!window.allows(now));
    window.acked(1, now + 180.0);
    assert!(window.allows(now + 180.0));
}

#[test]
fn one_frame_may_always_be_under_way() {
    let (mut window, now) = acking();
    assert!(window.allows(now));
    window.sent(1, RUNG, 1_000_000, now);
    assert!(!window.allows(now));
    let delivered = window.acked(1, now + 10_000.0);
    let part = Part::Whole;
    let late_ms = 9_900.0;
    assert_eq!(delivered, [Delivered { number: 1, rung: RUNG, part, bytes: 1_000_000.0, late_ms }]);
    assert!(window.allows(now + 10_000.0));
}

#[test]
fn without_a_measured_round_trip_the_least_delay_stands_for_it() {
    let mut window = Window::default();
    for n in 0..10 {
        let now = n as f64 * 100.0;
        window.sent(n, RUNG, 1_000, now);
        window.acked(n, now + 50.0);
    }
    window.sent(10, RUNG, 1_000, 1000.0);
    assert!(window.allows(1000.0), "nothing has been queued so far");
}

#[test]
fn acks_count_from_the_first_one_however_late_it_comes() {
    let mut window = Window::default();
    window.set_round_trip(10.0);
    for number in 0..5 {
        assert!(window.allows(FRAME_MS * number as f64));
        window.sent(number, RUNG, 50_000, FRAME_MS * number as f64);
    }
    window.acked(0, 700.0);
    assert!(!window.allows(700.0), "four more are under way");
    window.acked(4, 710.0);
    assert!(window.allows(710.0));
}

#[test]
fn a_viewer_that_never_acks_is_not_held_back() {
    let mut window = Window::default();
    for number in 0..1000 {
        let now = FRAME_MS * number as f64;
        assert!(window.allows(now));
        window.sent(number, RUNG, 50_000, now);
    }
    assert!(window.in_flight.len() <= MOST_KEPT, "nothing piles up here");
}

#[test]
fn each_ack_tells_of_one_message_of_a_number() {
    let (mut window, now) = acking();
    window.sent(1, RUNG, 4_000, now);
    window.held(Part::Delta);
    window.sent(1, RUNG, 1_500, now);
    window.held(Part::Refined);
    let parts = |delivered: Vec<Delivered>| delivered.iter().map(|one| one.part).collect::<Vec<_>>();
    assert_eq!(parts(window.acked(1, now + 120.0)), [Part::Delta]);
    assert!(window.awaits(1));
    assert_eq!(parts(window.acked(1, now + 130.0)), [Part::Refined]);
    assert!(!window.awaits(1));
    assert!(window.acked(1, now + 140.0).is_empty());
    window.sent(2, RUNG, 4_000, now + 140.0);
    window.sent(2, RUNG, 1_500, now + 140.0);
    window.sent(3, RUNG, 4_000, now + 170.0);
    assert_eq!(window.acked(3, now + 300.0).len(), 3, "one ack for all");
}

#[test]
fn refinements_take_no_frames_place() {
    let (mut window, now) = acking();
    window.sent(1, RUNG, 1_000, now);
    for _ in 0..20 {
        window.sent(1, RUNG, 10, now);
        window.held(Part::Refined);
    }
    assert!(window.allows(now));
    assert!(window.is_half_empty(now), "12 of 220 ms");
    window.sent(2, RUNG, 11_000, now);
    assert!(window.allows(now) && !window.is_half_empty(now), "122 of 220 ms");
}

#[test]
fn a_long_link_is_filled_by_frames_also_where_refinements_go_beside_them() {
    let mut window = Window::default();
    window.set_round_trip(1_900.0);
    window.sent(0, RUNG, 1_000, 0.0);
    window.acked(0, 1_910.0);
    for number in 1..=64 {
        let now = 1_910.0 + FRAME_MS * number as f64;
        assert!(window.allows(now), "{number}");
        window.sent(number, RUNG, 1_000, now);
        window.held(Part::Delta);
        window.sent(number, RUNG, 500, now);
        window.held(Part::Refined);
    }
    assert_eq!(window.acked(64, 3_900.0).len(), 127, "all but the refinements of the last one");
}

#[test]
fn acks_of_frames_never_sent_are_ignored() {
    let mut window = Window::default();
    window.acked(77, 0.0);
    assert!(window.last_ack.is_none());
    window.sent(1, RUNG, 1, 0.0);
    window.acked(u64::MAX, 1.0);
    assert!(window.in_flight.is_empty());
}

/// A link that carries so many bytes a millisecond, and whose acks come late for other reasons by so much.
struct Way {
    window: Window,
    rate: f64,
    held_ms: f64,
    number: u64,
    now: f64,
    free_at: f64,
    acks: VecDeque<(f64, u64)>,
}

impl Way {
    /// A way of a round trip of 1 ms.
    fn new(rate: f64, held_ms: f64) -> Self {
        let mut window = Window::default();
        window.set_round_trip(1.0);
        Way { window, rate, held_ms, number: 0, now: 0.0, free_at: 0.0, acks: VecDeque::new() }
    }

    /// A frame of so many bytes, where one may be sent, and the time to the next one.
    fn send(&mut self, bytes: usize) {
        if self.window.allows(self.now) {
            self.number += 1;
            self.window.sent(self.number, RUNG, bytes, self.now);
            self.free_at = self.free_at.max(self.now) + bytes as f64 / self.rate;
            self.acks.push_back((self.free_at + 1.0 + self.held_ms, self.number));
        } else {
            self.window.refused(self.now);
        }
        self.now += FRAME_MS;
        while let Some((at, number)) = self.acks.front().copied().filter(|(at, _)| *at <= self.now) {
            self.acks.pop_front();
            self.window.acked(number, at);
        }
    }

    fn capacity(&self) -> Option<f64> {
        self.window.known_capacity(self.now)
    }
}

#[test]
fn a_wide_link_whose_small_frames_are_acked_late_is_not_taken_for_a_thin_one() {
    // 100 Mbit/s, and a page that takes a while.
    for (bytes, held_ms) in [(600, 10.0), (600, 45.0), (3_000, 45.0)] {
        let mut way = Way::new(12_500.0, held_ms);
        (0..300).for_each(|_| way.send(bytes));
        assert_eq!(way.capacity(), None, "{bytes} bytes, {held_ms} ms");
        way.send(60_000);
        way.send(600);
        way.send(600);
        assert!(way.capacity().is_none_or(|capacity| capacity > 1e6), "{:?}", way.capacity());
    }
}

#[test]
fn a_wide_link_whose_delay_rises_is_not_taken_for_a_thin_one() {
    // Somebody uploads, or a radio begins to sleep: acks of small frames are then as far apart as the frames.
    for (bytes, held_ms) in [(600, 45.0), (3_000, 45.0), (12_000, 80.0)] {
        let mut way = Way::new(12_500.0, 0.0);
        (0..100).for_each(|_| way.send(bytes));
        way.held_ms = held_ms;
        (0..300).for_each(|_| way.send(bytes));
        assert_eq!(way.capacity(), None, "{bytes} bytes, {held_ms} ms");
    }
}

#[test]
fn a_thin_link_is_known_within_two_seconds_by_small_frames_that_fill_it() {
    // Bytes a millisecond, and frames of a tenth more.
    for (rate, bytes) in [(62.5, 2_022), (125.0, 4_044), (250.0, 8_088)] {
        let mut way = Way::new(rate, 0.0);
        (0..60).for_each(|_| way.send(bytes));
        let capacity = way.capacity().unwrap_or_default() / 1000.0;
        assert!((rate * 0.95..rate * 1.05).contains(&capacity), "{capacity} of {rate} KB/s");
    }
}

#[test]
fn what_follows_a_message_that_the_socket_did_not_take_at_once_has_waited_for_it() {
    for full in [true, false] {
        let (mut window, now) = acking();
        for number in 1..=6 {
            window.sent(number, RUNG, 5_000, now);
            if full {
                window.filled();
            }
        }
        (1..=6).for_each(|number| drop(window.acked(number, now + 100.0 + 50.0 * number as f64)));
        assert_eq!(window.known_capacity(now + 400.0), full.then_some(100_000.0));
    }
}

#[test]
fn a_thin_link_is_known_by_its_first_key_frame_and_stays_known_while_little_is_sent() {
    let mut way = Way::new(125.0, 0.0);
    way.send(62_000);
    (0..1_000).for_each(|_| way.send(600));
    assert!(
        way.capacity().is_some_and(|capacity| (100e3..130e3).contains(&capacity)),
        "{:?}",
        way.capacity()
    );
}

#[test]
fn a_link_that_becomes_thinner_or_wider_is_known_anew() {
    let mut way = Way::new(1_000.0, 2.0);
    way.send(62_000);
    (0..100).for_each(|_| way.send(12_000));
    assert!(way.capacity().is_some_and(|capacity| capacity > 700e3), "{:?}", way.capacity());
    way.rate = 125.0;
    (0..100).for_each(|_| way.send(12_000));
    assert!(way.capacity().is_some_and(|capacity| capacity < 160e3), "{:?}", way.capacity());
    way.rate = 1_000.0;
    (0..100).for_each(|_| way.send(6_000));
    assert!(way.capacity().is_some_and(|capacity| capacity > 500e3), "{:?}", way.capacity());
}
