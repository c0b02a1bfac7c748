//! The rhythm of results: the times between them in, when the next one is to be expected out. Pure.

use std::{collections::VecDeque, time::Duration};

/// Times between the last results.
#[derive(Debug, Default)]
pub(super) struct Rhythm {
    /// The last three at most, the oldest first.
    steps: VecDeque<Duration>,
}

impl Rhythm {
    /// Takes the time since the last result; gives the time until the next one: the second longest of three,
    /// so that uneven results are waited for, and one interruption says nothing. Of fewer, the longest.
    pub fn step(&mut self, passed: Duration) -> Duration {
        self.steps.push_back(passed);
        if self.steps.len() > 3 {
            self.steps.pop_front();
        }
        let mut sorted: Vec<Duration> = self.steps.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(1).or(sorted.first()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uneven_results_are_waited_for_and_an_interruption_is_none() {
        let mut rhythm = Rhythm::default();
        let mut next = |steps: &[u64]| steps.iter().map(|ms| rhythm.step(Duration::from_millis(*ms))).last();
        assert_eq!(next(&[0, 3_000, 3_000]), Some(Duration::from_secs(3)));
        assert_eq!(next(&[100, 900, 100, 900]), Some(Duration::from_millis(900)));
        assert_eq!(next(&[100, 100, 100, 7_000]), Some(Duration::from_millis(100)));
    }
}
