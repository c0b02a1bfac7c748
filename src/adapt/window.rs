//! The flow-control window: how many frames may be under way to a viewer that acknowledges them.
//!
//! Delay-based, after the idea of TCP Vegas (Brakmo and Peterson, 1995): what a frame takes above the least it ever took is
//! queueing that this sender caused. While there is little of it the window grows, where there is much it shrinks, and one frame
//! may always be under way. So delay stays bounded however slow the link, and a long link is still filled.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Without an ack for this long, while frames are under way, a viewer counts as one that never acks (protocol).
const SILENCE: Duration = Duration::from_secs(2);

/// Queueing that is put up with: less than a person notices in live video, more than the jitter of Wi-Fi and of a busy browser.
const QUEUE_TARGET: Duration = Duration::from_millis(100);

/// Frames that may be under way before anything is known.
const INITIAL: f64 = 2.0;

/// More than any link needs: 34 FPS over 2 s of round trip.
const LARGEST: f64 = 68.0;

/// While the window holds frames back, the least delay is measured anew after this long: routes and frame sizes change.
const BASE_LASTS: Duration = Duration::from_secs(10);

/// On a link where two frames under way were too much, two are tried again after this long, four times as long after each failure.
const FIRST_PROBE_WAIT: Duration = Duration::from_secs(10);
const LONGEST_PROBE_WAIT: Duration = Duration::from_secs(120);

/// A frame under way.
#[derive(Clone, Copy, Debug)]
struct Sent {
    number: u64,
    at: Instant,
    /// Frames under way when it was sent, itself included; 1 means that it met no queue of our own.
    under_way: usize,
}

/// One viewer's window.
#[derive(Debug)]
pub struct Window {
    in_flight: VecDeque<Sent>,
    /// When the last ack came; `None` for a viewer that never acks.
    last_ack: Option<Instant>,
    size: f64,
    /// Growing by one a full window until queueing is seen for the first time, then ever more slowly.
    starting: bool,
    /// The least time from sending to ack.
    base: Option<Duration>,
    /// When a frame last met no queue of ours.
    measured: Option<Instant>,
    /// When a second frame may be tried again, and how long to wait after the next failure.
    probe_at: Option<Instant>,
    probe_wait: Duration,
    /// One frame at a time is sent until one has met no queue of ours.
    measuring: bool,
}

impl Default for Window {
    fn default() -> Self {
        Window {
            in_flight: VecDeque::new(),
            last_ack: None,
            size: INITIAL,
            starting: true,
            base: None,
            measured: None,
            probe_at: None,
            probe_wait: FIRST_PROBE_WAIT,
            measuring: false,
        }
    }
}

impl Window {
    /// Whether another frame may be sent. Always so for a viewer that does not ack: there the socket alone decides.
    pub fn allows(&mut self, now: Instant) -> bool {
        if self.silent(now) {
            // Forgets what was learned: a viewer that acks again starts over.
            *self = Window { in_flight: std::mem::take(&mut self.in_flight), ..Window::default() };
        }
        self.last_ack.is_none() || self.in_flight.len() < self.limit()
    }

    /// Frame `number` was handed to the socket.
    pub fn sent(&mut self, number: u64, now: Instant) {
        if self.in_flight.len() >= LARGEST as usize {
            // A viewer that does not ack: what is kept only tells what a first ack speaks of.
            self.in_flight.pop_front();
        }
        self.in_flight.push_back(Sent { number, at: now, under_way: self.in_flight.len() + 1 });
    }

    /// The viewer has received every frame up to `number`. Numbers that were never sent are ignored.
    pub fn acked(&mut self, number: u64, now: Instant) {
        let limited = self.last_ack.is_some() && self.in_flight.len() >= self.limit();
        let mut newest = None;
        while let Some(sent) = self.in_flight.front().copied().filter(|sent| sent.number <= number) {
            self.in_flight.pop_front();
            newest = Some(sent);
        }
        let Some(sent) = newest else { return };
        self.last_ack = Some(now);
        self.learn(sent, limited, now);
    }

    fn limit(&self) -> usize {
        if self.measuring { 1 } else { self.size as usize }
    }

    fn learn(&mut self, sent: Sent, limited: bool, now: Instant) {
        let delay = now.saturating_duration_since(sent.at);
        let base = self.base_after(delay, sent.under_way == 1, limited, now);
        let queueing = delay.saturating_sub(base);
        let target = QUEUE_TARGET.max(base / 4);
        if queueing > target {
            // Delay grows with what is under way, so what half the target allows follows from what this frame met.
            let fitting = sent.under_way as f64 * (base + target / 2).as_secs_f64() / delay.as_secs_f64();
            self.shrink(fitting, now);
        } else if queueing > target / 2 {
            self.starting = false;
        } else if limited && sent.under_way >= self.limit() {
            // What this frame met is what a full window does: there is room for more.
            self.grow(now);
        }
    }

    fn shrink(&mut self, fitting: f64, now: Instant) {
        self.size = self.size.min(fitting).max(1.0);
        self.starting = false;
        if self.size < 2.0 {
            self.size = 1.0;
            self.probe_at = Some(now + self.probe_wait);
            self.probe_wait = (self.probe_wait * 4).min(LONGEST_PROBE_WAIT);
        }
    }

    fn grow(&mut self, now: Instant) {
        if self.measuring {
            return;
        }
        if self.size >= 2.0 {
            self.size = (self.size + if self.starting { 1.0 } else { 1.0 / self.size }).min(LARGEST);
            self.probe_wait = FIRST_PROBE_WAIT;
        } else if self.probe_at.is_none_or(|at| now >= at) {
            // One frame at a time never meets a queue, so whether two fit is known only by trying.
            self.size = 2.0;
        }
    }

    /// The least delay, given one more measurement.
    fn base_after(&mut self, delay: Duration, alone: bool, limited: bool, now: Instant) -> Duration {
        let base = if alone {
            // It met no queue of ours: what it took is what the link takes now.
            self.measuring = false;
            self.measured = Some(now);
            delay
        } else {
            let lately = self.measured.is_some_and(|measured| now.saturating_duration_since(measured) < BASE_LASTS);
            // Clearly shorter than alone: then something else was in the way, such as a link that stood still.
            let shorter = self.base.is_some_and(|base| delay < base * 3 / 4);
            self.measuring |= limited && (shorter || !lately);
            self.base.map_or(delay, |base| base.min(delay))
        };
        self.base = Some(base);
        base
    }

    fn silent(&self, now: Instant) -> bool {
        let waiting = self.in_flight.front().is_some_and(|sent| now.saturating_duration_since(sent.at) > SILENCE);
        waiting && self.last_ack.is_some_and(|ack| now.saturating_duration_since(ack) > SILENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link in simulated time: a queue drained at a rate, then a delay; the viewer acks on arrival. A camera offers 34 frames
    /// a second.
    struct Link {
        window: Window,
        start: Instant,
        millis: u64,
        mbit: f64,
        one_way: Duration,
        free_at: Instant,
        /// When each ack arrives, and its frame.
        acks: VecDeque<(Instant, u64)>,
        newest_sent: u64,
    }

    /// What came of some time on a link.
    struct Outcome {
        fps: f64,
        worst_age: Duration,
    }

    const FRAME_INTERVAL: Duration = Duration::from_micros(29_412);

    /// What the kernels at both ends hold of a link that is full.
    const SOCKET_BYTES: f64 = 400_000.0;

    /// Size of a frame in bytes: level 80 of a street.
    const FRAME_BYTES: f64 = 90_000.0;

    impl Link {
        fn new(mbit: f64, one_way_ms: u64) -> Self {
            let start = Instant::now();
            let one_way = Duration::from_millis(one_way_ms);
            Link {
                window: Window::default(),
                start,
                millis: 0,
                mbit,
                one_way,
                free_at: start,
                acks: VecDeque::new(),
                newest_sent: 0,
            }
        }

        /// Time that one frame takes on the link.
        fn transfer(&self) -> Duration {
            Duration::from_secs_f64(FRAME_BYTES * 8.0 / self.mbit / 1e6)
        }

        /// Runs for `seconds`, of which the first five are not judged.
        fn run(&mut self, seconds: u64) -> Outcome {
            let (mut judged, mut worst_age) = (0, Duration::ZERO);
            let begin = self.millis;
            while self.millis < begin + seconds * 1000 {
                if let Some(age) = self.step(self.start + Duration::from_millis(self.millis))
                    && self.millis >= begin + 5000
                {
                    judged += 1;
                    worst_age = worst_age.max(age);
                }
                self.millis += 1;
            }
            Outcome { fps: f64::from(judged) / (seconds - 5) as f64, worst_age }
        }

        /// One millisecond; the age at arrival of the frame that was sent in it, if one was.
        fn step(&mut self, now: Instant) -> Option<Duration> {
            while let Some((_, number)) = self.acks.front().copied().filter(|(at, _)| *at <= now) {
                self.acks.pop_front();
                self.window.acked(number, now);
            }
            let newest = (now - self.start).as_micros() as u64 / FRAME_INTERVAL.as_micros() as u64 + 1;
            // What the window allows still has to fit into the socket, which holds this much of a slow link's bytes.
            let unsent = self.free_at.saturating_duration_since(now).as_secs_f64() * self.mbit * 1e6 / 8.0;
            if newest <= self.newest_sent || unsent > SOCKET_BYTES || !self.window.allows(now) {
                return None;
            }
            self.newest_sent = newest;
            self.window.sent(newest, now);
            self.free_at = self.free_at.max(now) + self.transfer();
            let arrives = self.free_at + self.one_way;
            self.acks.push_back((arrives + self.one_way, newest));
            Some(arrives - (self.start + FRAME_INTERVAL * (newest - 1) as u32))
        }
    }

    /// A viewer that has acked once, so that the window counts.
    fn acking(now: Instant) -> Window {
        let mut window = Window::default();
        window.sent(0, now);
        window.acked(0, now);
        window
    }

    #[test]
    fn links_that_carry_the_stream_get_all_of_it_at_any_round_trip() {
        for (mbit, one_way) in [(100.0, 0), (100.0, 10), (40.0, 40), (40.0, 100), (100.0, 150)] {
            let got = Link::new(mbit, one_way).run(60);
            assert!(got.fps > 33.0, "{} FPS at {mbit} Mbit/s, {one_way} ms", got.fps);
            assert!(got.worst_age < Duration::from_millis(one_way + 150), "{:?}", got.worst_age);
        }
    }

    #[test]
    fn delay_stays_bounded_however_slow_the_link() {
        for (mbit, one_way) in [(0.5, 10), (1.0, 10), (2.0, 40), (4.0, 100), (8.0, 10), (20.0, 100)] {
            let mut link = Link::new(mbit, one_way);
            let got = link.run(60);
            // Its own transfer and that of one before it, the way, the queue that is put up with, and the frame's wait to be sent.
            let bound = 2 * link.transfer() + link.one_way + QUEUE_TARGET.max(link.one_way / 2) + FRAME_INTERVAL;
            assert!(got.worst_age < bound, "{:?} at {mbit} Mbit/s, {one_way} ms; {bound:?} allowed", got.worst_age);
        }
    }

    #[test]
    fn a_slow_link_is_used() {
        for (mbit, one_way) in [(1.0, 10), (4.0, 40), (8.0, 40), (20.0, 100)] {
            let got = Link::new(mbit, one_way).run(60);
            let carried = got.fps * FRAME_BYTES * 8.0 / 1e6;
            assert!(carried > 0.6 * mbit, "{carried} of {mbit} Mbit/s, {one_way} ms");
        }
    }

    #[test]
    fn a_link_that_gets_slower_does_not_pile_up_delay() {
        let mut link = Link::new(40.0, 20);
        link.run(20);
        link.mbit = 2.0;
        let got = link.run(30);
        assert!(got.worst_age < 2 * link.transfer() + Duration::from_millis(120), "{:?}", got.worst_age);
    }

    #[test]
    fn a_link_that_gets_longer_is_filled_again() {
        let mut link = Link::new(100.0, 5);
        link.run(20);
        link.one_way = Duration::from_millis(100);
        let got = link.run(40);
        assert!(got.fps > 31.0, "{} FPS", got.fps);
    }

    #[test]
    fn acks_count_from_the_first_one_however_late_it_comes() {
        let start = Instant::now();
        let mut window = Window::default();
        for number in 0..5 {
            window.sent(number, start + FRAME_INTERVAL * number as u32);
        }
        let now = start + Duration::from_millis(700);
        window.acked(0, now);
        assert!(!window.allows(now), "four more are under way");
        window.acked(4, now + Duration::from_millis(10));
        assert!(window.allows(now + Duration::from_millis(10)));
    }

    #[test]
    fn a_viewer_that_stalls_and_acks_again_is_held_to_its_link_again() {
        let mut link = Link::new(1.0, 10);
        link.run(20);
        // Ten seconds without a byte getting through.
        link.free_at += Duration::from_secs(10);
        link.run(15);
        let got = link.run(20);
        assert!(got.worst_age < 2 * link.transfer() + Duration::from_millis(150), "{:?}", got.worst_age);
    }

    #[test]
    fn a_viewer_that_never_acks_is_not_held_back() {
        let start = Instant::now();
        let mut window = Window::default();
        for number in 0..1000 {
            let now = start + FRAME_INTERVAL * number;
            assert!(window.allows(now));
            window.sent(u64::from(number), now);
        }
        assert!(window.in_flight.len() <= LARGEST as usize, "nothing piles up here");
    }

    #[test]
    fn a_viewer_that_stops_acking_is_held_for_two_seconds_only() {
        let start = Instant::now();
        let mut window = acking(start);
        for number in 1..=2 {
            window.sent(number, start);
        }
        assert!(!window.allows(start + Duration::from_millis(1900)));
        assert!(window.allows(start + Duration::from_millis(2100)));
    }

    #[test]
    fn acks_of_frames_never_sent_are_ignored() {
        let start = Instant::now();
        let mut window = Window::default();
        window.acked(77, start);
        assert!(window.last_ack.is_none());
        window.sent(1, start);
        window.acked(u64::MAX, start);
        assert!(window.in_flight.is_empty());
    }
}
