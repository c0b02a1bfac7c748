//! Whether a crowd model's counts can be: a warning where they cannot for a minute. Pure.

use std::time::Duration;

/// Most people that a picture shows.
const MOST_PEOPLE: f32 = 10_000.0;

/// Least that a map adds up to: what lies so little below zero is noise of a picture without anybody.
const LEAST_PEOPLE: f32 = -10.0;

/// Time for which no count can be, after which that is said.
const LONG: Duration = Duration::from_secs(60);

/// What is known of a model's counts.
#[derive(Clone, Debug, Default)]
pub struct Plausible {
    /// When the counts that cannot be began.
    since: Option<Duration>,
    /// The last count, once it has been impossible for long.
    impossible: Option<f32>,
}

impl Plausible {
    /// Takes in what a map adds up to at a time, in people.
    pub fn note(&mut self, now: Duration, total: f32) {
        if (LEAST_PEOPLE..=MOST_PEOPLE).contains(&total) {
            *self = Plausible::default();
            return;
        }
        let since = *self.since.get_or_insert(now);
        self.impossible = (now.saturating_sub(since) >= LONG).then_some(total);
    }

    /// What is wrong, in a sentence; `None` where nothing is.
    pub fn warning(&self) -> Option<String> {
        let total = self.impossible?;
        Some(format!(
            "the crowd model counts {total:.0} people; if its map is scaled, --crowd-scale says what one \
             person adds up to"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_counts_that_cannot_be_for_a_minute_are_said() {
        let mut plausible = Plausible::default();
        let mut note = |second: u64, total: f32| {
            plausible.note(Duration::from_secs(second), total);
            plausible.warning()
        };
        assert_eq!((note(0, 250_000.0), note(59, 250_000.0)), (None, None), "not for long yet");
        assert!(
            note(60, 250_000.0).is_some_and(|why| why.contains("250000") && why.contains("--crowd-scale"))
        );
        assert_eq!((note(61, 40.0), note(62, -60.0), note(121, -60.0)), (None, None, None));
        assert!(note(122, f32::NAN).is_some(), "no number is no count");
        assert_eq!(note(123, -3.0), None, "noise around nobody");
    }
}
