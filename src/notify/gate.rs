//! How often a rule tells something: occasions in, at once, gathered or in one out. Pure.
//!
//! The first occasion is told at once. What comes within a minute of a message is gathered into one, and so
//! is what comes when an hour has had its messages: nothing is lost without being counted in one of them.
//! Moments are microseconds of a clock that is never set.

use std::collections::VecDeque;

/// Shortest time between two messages of a rule, microseconds.
const APART_US: u64 = 60_000_000;

/// Time over which messages are counted, microseconds.
const HOUR_US: u64 = 3_600_000_000;

/// Messages of a rule an hour, where it does not say how many.
const USUAL_AN_HOUR: u32 = 12;

/// What was gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// Number of occasions.
    pub count: u64,
    /// Moment of the first of them.
    pub since_us: u64,
}

/// How often a rule has told something lately.
#[derive(Clone, Debug)]
pub struct Gate {
    most_an_hour: usize,
    /// Moments of the messages of the last hour, oldest first.
    told_us: VecDeque<u64>,
    gathered: Option<Gathered>,
}

impl Gate {
    /// A gate that has let nothing through; `None` for the usual number an hour.
    pub fn new(most_an_hour: Option<u32>) -> Self {
        Gate { most_an_hour: 0, told_us: VecDeque::new(), gathered: None }.going_on_with(most_an_hour)
    }

    /// A gate that goes on where this one is, with another number an hour; `None` for the usual one.
    pub fn going_on_with(self, most_an_hour: Option<u32>) -> Self {
        Gate { most_an_hour: most_an_hour.unwrap_or(USUAL_AN_HOUR).max(1) as usize, ..self }
    }

    /// Notes an occasion; returns whether it is told now. Else it is gathered.
    pub fn happen(&mut self, at_us: u64) -> bool {
        if self.gathered.is_none() && self.is_open(at_us) {
            self.told_us.push_back(at_us);
            return true;
        }
        let gathered = self.gathered.get_or_insert(Gathered { count: 0, since_us: at_us });
        gathered.count += 1;
        false
    }

    /// Returns what was gathered once that may be told.
    pub fn tick(&mut self, at_us: u64) -> Option<Gathered> {
        self.gathered?;
        if !self.is_open(at_us) {
            return None;
        }
        self.told_us.push_back(at_us);
        self.gathered.take()
    }

    /// Returns what was gathered and will not be told, as where the rule is gone.
    pub fn untold(&self) -> u64 {
        self.gathered.map_or(0, |gathered| gathered.count)
    }

    fn is_open(&mut self, at_us: u64) -> bool {
        while self.told_us.front().is_some_and(|told| at_us.saturating_sub(*told) >= HOUR_US) {
            self.told_us.pop_front();
        }
        let is_apart = self.told_us.back().is_none_or(|told| at_us.saturating_sub(*told) >= APART_US);
        is_apart && self.told_us.len() < self.most_an_hour
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;

    #[test]
    fn the_first_is_told_at_once_and_the_rest_of_a_minute_in_one() {
        let mut gate = Gate::new(None);
        assert!(gate.happen(S));
        assert!((2..=31).all(|second| !gate.happen(second * S)));
        assert_eq!((gate.tick(60 * S), gate.untold()), (None, 30));
        assert_eq!(gate.tick(61 * S), Some(Gathered { count: 30, since_us: 2 * S }));
        assert_eq!((gate.tick(200 * S), gate.untold()), (None, 0), "told once");
        assert!(gate.happen(200 * S));
    }

    #[test]
    fn of_a_thousand_at_once_none_is_lost() {
        let mut gate = Gate::new(None);
        let told = (0..1000).filter(|n| gate.happen(n * 1000)).count() as u64;
        let gathered = gate.tick(100 * S).expect("a minute is over").count;
        assert_eq!((told, told + gathered), (1, 1000));
    }

    #[test]
    fn an_hour_has_so_many_messages_and_the_next_one_tells_the_rest() {
        let mut gate = Gate::new(Some(3));
        let (mut messages, mut occasions) = (0, 0);
        for second in 0..3600 {
            messages += u64::from(gate.happen(second * S));
            occasions += 1;
            if let Some(Gathered { count, .. }) = gate.tick(second * S) {
                messages += 1;
                occasions -= count;
            }
        }
        assert_eq!(messages, 3);
        let rest = gate.tick(3600 * S).expect("the hour of the first message is over");
        assert_eq!(rest.count, occasions - 1, "all but the first, which was told by itself");
    }

    #[test]
    fn what_waits_is_told_before_what_is_new() {
        let mut gate = Gate::new(None);
        assert!(gate.happen(0) && !gate.happen(S));
        assert!(!gate.happen(90 * S), "the one before it has not been told yet");
        assert_eq!(gate.tick(90 * S), Some(Gathered { count: 2, since_us: S }));
    }
}
