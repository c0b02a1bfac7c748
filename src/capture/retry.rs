//! How long to wait before a source is opened again: pure, seeded.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(500);

/// The longest wait: a camera that was off for an hour is back within this time of being switched on.
const LONGEST: Duration = Duration::from_secs(10);

/// Each wait is up to this share shorter or longer, so that many cameras behind one switch do not all come at once.
const JITTER: f64 = 0.2;

/// A source that has delivered for this long is healthy again.
pub const HEALTHY_AFTER: Duration = Duration::from_secs(5);

/// Capped exponential back-off.
#[derive(Debug)]
pub struct Retry {
    attempts: u32,
    random: fastrand::Rng,
}

impl Retry {
    /// No attempt has failed yet.
    pub fn new(seed: u64) -> Self {
        Retry { attempts: 0, random: fastrand::Rng::with_seed(seed) }
    }

    /// How long to wait after one more failure.
    pub fn next_wait(&mut self) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.attempts.min(16));
        self.attempts += 1;
        doubled.min(LONGEST).mul_f64(1.0 + JITTER * (self.random.f64() * 2.0 - 1.0))
    }

    /// The source delivers.
    pub fn succeeded(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(retry: &mut Retry, count: usize) -> Vec<f64> {
        (0..count).map(|_| retry.next_wait().as_secs_f64()).collect()
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let waits = seconds(&mut Retry::new(1), 40);
        for (wait, nominal) in waits.iter().zip([0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]) {
            assert!((wait / nominal - 1.0).abs() <= JITTER, "{wait} for {nominal}");
        }
        assert!(waits.iter().all(|wait| *wait <= 12.0));
    }

    #[test]
    fn success_starts_over() {
        let mut retry = Retry::new(1);
        seconds(&mut retry, 6);
        retry.succeeded();
        assert!(retry.next_wait().as_secs_f64() <= 0.6);
    }

    #[test]
    fn two_cameras_do_not_come_at_once() {
        assert_ne!(seconds(&mut Retry::new(1), 5), seconds(&mut Retry::new(2), 5));
    }
}
