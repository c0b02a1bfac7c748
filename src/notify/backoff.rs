//! How long to wait before a service is tried again: what it said in, a time out. Pure, seeded.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);

/// The longest wait that we choose ourselves.
const LONGEST: Duration = Duration::from_secs(300);

/// The longest wait that a service may ask for: one that asks for more is tried once a day.
const LONGEST_ASKED: Duration = Duration::from_secs(86_400);

/// Share by which each wait is shorter or longer at most, so that many servers do not come back at once.
const JITTER: f64 = 0.2;

/// Capped exponential back-off.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    /// Tries that failed since one did not.
    failures: u32,
    random: fastrand::Rng,
}

impl Backoff {
    /// A back-off of which nothing has failed yet.
    pub fn new(seed: u64) -> Self {
        Backoff::beginning_with(FIRST, seed)
    }

    /// A back-off whose first wait is `first`.
    pub fn beginning_with(first: Duration, seed: u64) -> Self {
        Backoff::between(first, LONGEST, seed)
    }

    /// A back-off whose waits are between these.
    pub fn between(first: Duration, longest: Duration, seed: u64) -> Self {
        Backoff { first, longest, failures: 0, random: fastrand::Rng::with_seed(seed) }
    }

    /// Notes that a message arrived.
    pub fn succeed(&mut self) {
        self.failures = 0;
    }

    /// Notes a failure; returns how long to wait. `asked` is what the service asks for, which is no less
    /// than what it gets.
    pub fn fail(&mut self, asked: Option<Duration>) -> Duration {
        let doubled = self.first.saturating_mul(1 << self.failures.min(16)).min(self.longest);
        self.failures += 1;
        let own = doubled.mul_f64(1.0 + JITTER * (self.random.f64() * 2.0 - 1.0));
        asked.map_or(own, |asked| asked.min(LONGEST_ASKED).max(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::new(1);
        let nominal = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0];
        for nominal in nominal {
            let wait = backoff.fail(None).as_secs_f64();
            assert!((wait / nominal - 1.0).abs() <= JITTER, "{wait} for {nominal}");
        }
        backoff.succeed();
        assert!(backoff.fail(None).as_secs_f64() <= 1.2);
    }

    #[test]
    fn a_service_gets_the_time_that_it_asks_for() {
        let mut backoff = Backoff::new(1);
        assert_eq!(backoff.fail(Some(Duration::from_secs(37))), Duration::from_secs(37));
        assert_eq!(backoff.fail(Some(Duration::from_secs(1_000_000))), LONGEST_ASKED);
        assert!(backoff.fail(Some(Duration::ZERO)).as_secs_f64() > 3.0, "and no less than we would wait");
    }

    #[test]
    fn two_servers_do_not_come_back_at_once() {
        assert_ne!(Backoff::new(1).fail(None), Backoff::new(2).fail(None));
    }
}
