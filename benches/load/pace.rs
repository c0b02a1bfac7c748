//! How fast a viewer reads: a pure function of its pace and the time.
//!
//! In: a [`Pace`] and `now`. Out: how many bytes may be read, or how long to wait first. Not here: sockets,
//! sleeping.

use std::time::{Duration, Instant};

/// Most bytes that a throttled viewer reads at once, so that the server sees a steady trickle.
pub const PIECE_BYTES: usize = 4 * 1024;
/// Time after which a throttled viewer whose allowance is used up looks again.
pub const TICK: Duration = Duration::from_millis(20);
/// Most allowance that may be saved up, in ticks: a busy machine wakes a sleeper late, and that must not
/// lower the rate.
const SAVED_TICKS: f64 = 5.0;

/// How a viewer reads what the server sends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// The viewer reads as fast as bytes come.
    Full,
    /// The viewer reads at most this many kilobits (1,000 bits) a second.
    Kbps(f64),
    /// The viewer reads as fast as bytes come, but nothing for `for_`, starting `after` it connected.
    StallAfter { after: Duration, for_: Duration },
}

/// What a viewer may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Read up to this many bytes, at least one.
    Bytes(usize),
    /// Read nothing for this long.
    Wait(Duration),
}

/// A pace under way; `start` is when the viewer connected.
pub struct Pacer {
    pace: Pace,
    start: Instant,
    bucket: TokenBucket,
}

impl Pacer {
    pub fn new(pace: Pace, start: Instant) -> Self {
        let kbps = if let Pace::Kbps(kbps) = pace { kbps } else { 0.0 };
        Self { pace, start, bucket: TokenBucket::new(kbps, start) }
    }

    pub fn allowance(&mut self, now: Instant) -> Allowance {
        match self.pace {
            Pace::Full => Allowance::Bytes(usize::MAX),
            Pace::Kbps(_) => match self.bucket.available(now) {
                0 => Allowance::Wait(TICK),
                bytes => Allowance::Bytes(bytes.min(PIECE_BYTES)),
            },
            Pace::StallAfter { after, for_ } => {
                let age = now.saturating_duration_since(self.start);
                let stalled = age >= after && age < after + for_;
                if stalled { Allowance::Wait(after + for_ - age) } else { Allowance::Bytes(usize::MAX) }
            }
        }
    }

    /// Notes that `bytes` were read.
    pub fn spent(&mut self, bytes: usize) {
        if let Pace::Kbps(_) = self.pace {
            self.bucket.spend(bytes);
        }
    }
}

/// Bytes that have become due at a fixed rate.
struct TokenBucket {
    bytes_per_second: f64,
    tokens: f64,
    last: Instant,
}

impl TokenBucket {
    fn new(kbps: f64, now: Instant) -> Self {
        Self { bytes_per_second: kbps * 1_000.0 / 8.0, tokens: 0.0, last: now }
    }

    /// Whole bytes that may be read at `now`.
    fn available(&mut self, now: Instant) -> usize {
        let most = (self.bytes_per_second * TICK.as_secs_f64() * SAVED_TICKS).max(1.0);
        let due = now.saturating_duration_since(self.last).as_secs_f64() * self.bytes_per_second;
        self.tokens = (self.tokens + due).min(most);
        self.last = now.max(self.last);
        self.tokens as usize
    }

    fn spend(&mut self, bytes: usize) {
        self.tokens -= bytes as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes read in `seconds` of simulated time by a viewer that reads all it may and oversleeps by `late`.
    fn read_in(kbps: f64, seconds: u64, late: Duration) -> (usize, usize) {
        let start = Instant::now();
        let mut pacer = Pacer::new(Pace::Kbps(kbps), start);
        let (mut now, mut total, mut largest) = (start, 0, 0);
        while now < start + Duration::from_secs(seconds) {
            match pacer.allowance(now) {
                Allowance::Wait(wait) => now += wait + late,
                Allowance::Bytes(bytes) => {
                    pacer.spent(bytes);
                    total += bytes;
                    largest = largest.max(bytes);
                }
            }
        }
        (total, largest)
    }

    #[test]
    fn a_throttled_viewer_keeps_its_rate_in_small_pieces() {
        for (kbps, bytes_a_second) in [(64.0, 8_000.0), (1_000.0, 125_000.0), (8_000.0, 1_000_000.0)] {
            for late in [Duration::ZERO, Duration::from_millis(7), Duration::from_millis(60)] {
                let (total, largest) = read_in(kbps, 10, late);
                let ratio = total as f64 / (10.0 * bytes_a_second);
                assert!((0.98..=1.02).contains(&ratio), "{kbps} kbit/s, {late:?} late: {ratio}");
                assert!(largest <= PIECE_BYTES);
            }
        }
    }

    #[test]
    fn a_long_sleep_does_not_pay_out_as_a_burst() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(1_000.0, start);
        assert_eq!(bucket.available(start + Duration::from_secs(60)), 12_500);
    }

    #[test]
    fn the_slowest_rate_still_lets_a_byte_through() {
        let (total, _) = read_in(0.1, 10, Duration::ZERO);
        assert!((120..=126).contains(&total), "{total}");
    }

    #[test]
    fn time_running_backwards_gives_nothing() {
        let start = Instant::now() + Duration::from_secs(1);
        let mut bucket = TokenBucket::new(1_000.0, start);
        assert_eq!(bucket.available(start - Duration::from_millis(500)), 0);
        assert_eq!(bucket.available(start + Duration::from_millis(8)), 1_000);
    }

    #[test]
    fn a_stalling_viewer_reads_before_and_after() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let pace = Pace::StallAfter { after: Duration::from_secs(2), for_: Duration::from_secs(3) };
        let mut pacer = Pacer::new(pace, start);
        assert_eq!(pacer.allowance(at(1_999)), Allowance::Bytes(usize::MAX));
        assert_eq!(pacer.allowance(at(2_000)), Allowance::Wait(Duration::from_secs(3)));
        assert_eq!(pacer.allowance(at(4_900)), Allowance::Wait(Duration::from_millis(100)));
        assert_eq!(pacer.allowance(at(5_000)), Allowance::Bytes(usize::MAX));
    }
}
