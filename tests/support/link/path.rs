//! One direction of a link: packets wait in a queue, leave at a rate, vanish or not, and arrive after a
//! delay. Pure: time is passed in.
//!
//! In go packets with the time at which they came, out come those that arrive, when they are due. Not here:
//! devices, threads, clocks.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// What happens to packets in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Rate, bits a second.
    pub rate_bps: f64,
    /// Longest queue, in the time that sending it takes.
    pub queue: Duration,
    /// Time between the last bit's leaving and arrival.
    pub delay: Duration,
    /// Share of the packets that vanishes after it was sent, 0 to 1.
    pub loss: f64,
}

impl Way {
    fn time_to_send(&self, bytes: usize) -> Duration {
        Duration::from_secs_f64(bytes as f64 * 8.0 / self.rate_bps)
    }

    /// Returns the bytes that may wait, the packet that is being sent included.
    fn most_bytes(&self) -> usize {
        (self.rate_bps * self.queue.as_secs_f64() / 8.0) as usize
    }
}

/// Packets under way in one direction: first come, first served, and who finds the queue full is dropped.
pub struct Path {
    way: Way,
    random: fastrand::Rng,
    /// Packets that wait, and when each came, oldest first; the first one is being sent.
    waiting: VecDeque<(Instant, Vec<u8>)>,
    waiting_bytes: usize,
    /// When the last packet sent had left.
    free_at: Instant,
    /// Packets under way, and when each arrives, next first.
    flying: VecDeque<(Instant, Vec<u8>)>,
}

impl Path {
    /// Makes an empty path; `seed` says which packets are lost.
    pub fn new(way: Way, seed: u64, now: Instant) -> Path {
        let random = fastrand::Rng::with_seed(seed);
        Path {
            way,
            random,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            free_at: now,
            flying: VecDeque::new(),
        }
    }

    /// Gives the path other properties from now on. What waits stays, even if it is more than may wait now; a
    /// packet that is being sent begins anew.
    pub fn change(&mut self, way: Way, now: Instant) {
        self.send(now);
        self.way = way;
        self.free_at = self.free_at.max(now);
    }

    /// Takes a packet that comes. An empty queue takes one of any size.
    pub fn push(&mut self, packet: Vec<u8>, now: Instant) {
        self.send(now);
        let full = self.waiting_bytes + packet.len() > self.way.most_bytes();
        if self.waiting.is_empty() || !full {
            self.waiting_bytes += packet.len();
            self.waiting.push_back((now, packet));
        }
    }

    /// Returns the next packet that has arrived by `now`.
    pub fn due(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.send(now);
        if self.flying.front()?.0 > now {
            return None;
        }
        self.flying.pop_front().map(|(_, packet)| packet)
    }

    /// Returns when to look again if nothing comes: nothing arrives earlier.
    pub fn next(&self) -> Option<Instant> {
        let flying = self.flying.front().map(|(due, _)| *due);
        flying.or_else(|| self.first_sent_at().map(|sent| sent + self.way.delay))
    }

    /// Returns when the packet that is being sent has left.
    fn first_sent_at(&self) -> Option<Instant> {
        let (came, packet) = self.waiting.front()?;
        Some(self.free_at.max(*came) + self.way.time_to_send(packet.len()))
    }

    /// Sends what had left by `now`.
    fn send(&mut self, now: Instant) {
        while let Some(sent) = self.first_sent_at().filter(|sent| *sent <= now) {
            let Some((_, packet)) = self.waiting.pop_front() else { return };
            self.waiting_bytes -= packet.len();
            self.free_at = sent;
            if self.random.f64() >= self.way.loss {
                // Nobody overtakes, although the delay may have become shorter.
                let after = self.flying.back().map_or(sent, |(due, _)| *due);
                self.flying.push_back((after.max(sent + self.way.delay), packet));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// 1,000 bytes take 8 ms, and 25,000 may wait.
    const ONE_MBIT: Way =
        Way { rate_bps: 1e6, queue: Duration::from_millis(200), delay: Duration::ZERO, loss: 0.0 };

    /// A path whose packets come in the steps of a scenario, in simulated time.
    struct Scenario {
        path: Path,
        start: Instant,
    }

    impl Scenario {
        fn new(way: Way) -> Scenario {
            let start = Instant::now();
            Scenario { path: Path::new(way, 7, start), start }
        }

        /// Packets of 1,000 bytes, all at once.
        fn come(&mut self, packets: usize, at_ms: u32) {
            (0..packets).for_each(|n| self.path.push(vec![n as u8; 1000], self.start + MS * at_ms));
        }

        /// Each arrival in milliseconds and the packet's number, asked for only when the path says so.
        fn arrivals(&mut self, until_ms: u32) -> Vec<(u128, u8)> {
            let mut arrived = Vec::new();
            while let Some(next) = self.path.next().filter(|next| *next <= self.start + MS * until_ms) {
                while let Some(packet) = self.path.due(next) {
                    arrived.push(((next - self.start).as_millis(), packet[0]));
                }
            }
            arrived
        }
    }

    #[test]
    fn a_packet_takes_the_time_to_send_it_and_the_delay() {
        let mut scenario = Scenario::new(Way { delay: 40 * MS, ..ONE_MBIT });
        scenario.come(2, 10);
        assert_eq!(scenario.arrivals(1000), [(58, 0), (66, 1)]);
        assert_eq!(scenario.path.next(), None);
    }

    #[test]
    fn nothing_is_due_early() {
        let mut scenario = Scenario::new(Way { delay: 40 * MS, ..ONE_MBIT });
        scenario.come(1, 0);
        assert_eq!(scenario.path.due(scenario.start + 47 * MS), None);
        assert!(scenario.path.due(scenario.start + 48 * MS).is_some());
    }

    #[test]
    fn the_queue_holds_its_milliseconds_and_drops_who_comes_last() {
        let mut scenario = Scenario::new(ONE_MBIT);
        scenario.come(100, 0);
        let arrived = scenario.arrivals(1000);
        assert_eq!(arrived.len(), 25);
        assert_eq!(arrived[24], (200, 24));
    }

    #[test]
    fn room_comes_back_as_packets_leave() {
        let mut scenario = Scenario::new(ONE_MBIT);
        scenario.come(25, 0);
        scenario.come(1, 7);
        scenario.come(1, 8);
        assert_eq!(scenario.arrivals(1000).len(), 26, "one found it full, the next did not");
    }

    #[test]
    fn an_empty_queue_takes_a_packet_that_is_larger_than_it() {
        let mut scenario = Scenario::new(Way { queue: MS, ..ONE_MBIT });
        scenario.come(2, 0);
        assert_eq!(scenario.arrivals(100), [(8, 0)]);
    }

    #[test]
    fn idle_time_is_not_saved_up() {
        let mut scenario = Scenario::new(ONE_MBIT);
        scenario.come(1, 0);
        scenario.come(2, 500);
        assert_eq!(scenario.arrivals(1000), [(8, 0), (508, 0), (516, 1)]);
    }

    #[test]
    fn another_rate_holds_for_what_waits() {
        let mut scenario = Scenario::new(ONE_MBIT);
        scenario.come(4, 0);
        assert_eq!(scenario.arrivals(16), [(8, 0), (16, 1)]);
        scenario.path.change(Way { rate_bps: 1e5, ..ONE_MBIT }, scenario.start + 20 * MS);
        assert_eq!(scenario.arrivals(1000), [(100, 2), (180, 3)], "the third began anew");
    }

    #[test]
    fn a_shorter_queue_keeps_what_waits_and_takes_no_more() {
        let mut scenario = Scenario::new(ONE_MBIT);
        scenario.come(20, 0);
        scenario.path.change(Way { queue: 10 * MS, ..ONE_MBIT }, scenario.start);
        scenario.come(5, 1);
        assert_eq!(scenario.arrivals(1000).len(), 20);
    }

    #[test]
    fn a_shorter_delay_lets_nobody_overtake() {
        let mut scenario = Scenario::new(Way { delay: 100 * MS, ..ONE_MBIT });
        scenario.come(2, 0);
        scenario.path.change(ONE_MBIT, scenario.start + 10 * MS);
        assert_eq!(scenario.arrivals(1000), [(108, 0), (108, 1)]);
    }

    #[test]
    fn the_share_that_is_lost_is_the_share_asked_for_and_takes_its_time() {
        let mut scenario = Scenario::new(Way { loss: 0.005, queue: Duration::from_secs(1000), ..ONE_MBIT });
        scenario.come(100_000, 0);
        let arrived = scenario.arrivals(1_000_000);
        assert!((99_400..99_600).contains(&arrived.len()), "{} of 100,000", arrived.len());
        assert!(arrived[arrived.len() - 1].0 >= 799_000, "the lost ones were sent as well");
    }

    #[test]
    fn the_same_seed_loses_the_same_packets() {
        let lost = |seed| {
            let now = Instant::now();
            let mut path = Path::new(Way { loss: 0.5, ..ONE_MBIT }, seed, now);
            (0..25).for_each(|n| path.push(vec![n; 1000], now));
            std::iter::from_fn(|| path.due(now + 300 * MS)).map(|packet| packet[0]).collect::<Vec<u8>>()
        };
        assert_eq!(lost(3), lost(3));
        assert_ne!(lost(3), lost(4));
    }
}
