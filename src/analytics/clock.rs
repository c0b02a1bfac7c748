//! Capture times that never go back, whatever somebody does to the clock of the machine. Pure.

use std::time::Duration;

/// How far a frame's time goes on after the clock was set back: about a frame.
const STEP: Duration = Duration::from_millis(30);

/// Turns capture times into times that only rise.
#[derive(Default)]
pub(super) struct Clock {
    last: Duration,
    ahead: Duration,
}

impl Clock {
    /// The time that was given last.
    pub fn last(&self) -> Duration {
        self.last
    }

    /// The time of a frame captured at `captured_us`, microseconds since the Unix epoch.
    pub fn time(&mut self, captured_us: u64) -> Duration {
        let mut time = Duration::from_micros(captured_us) + self.ahead;
        if time < self.last {
            self.ahead += self.last - time + STEP;
            time = self.last + STEP;
        }
        self.last = time;
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_on_when_the_clock_is_set_back() {
        let mut clock = Clock::default();
        let times = [5_000_000, 5_100_000, 1_000_000, 1_100_000, 9_000_000]
            .map(|captured_us| clock.time(captured_us));
        let steps: Vec<u128> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
        assert_eq!(steps, [100, 30, 100, 7_900]);
    }
}
